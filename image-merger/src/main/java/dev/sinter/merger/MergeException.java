package dev.sinter.merger;

import org.jspecify.annotations.Nullable;

/** A merge that was refused or failed, with its code; nothing half-written is left behind. */
public final class MergeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final MergeProblem problem;

    public MergeException(MergeProblem problem, String message) {
        this(problem, message, null);
    }

    public MergeException(MergeProblem problem, String message, @Nullable Throwable cause) {
        super(problem.code() + " " + message, cause);
        this.problem = problem;
    }

    public MergeProblem problem() {
        return problem;
    }

    public String code() {
        return problem.code();
    }
}
