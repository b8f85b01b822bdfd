package dev.sinter.control.verify;

import java.util.List;

/**
 * What came of replaying one function's recorded requests.
 *
 * @param replayed requests that both sides were asked
 * @param inconclusive those of them that the original did not answer, or that the time did not suffice for
 * @param varying requests whose answers vary by themselves: of these only status and shape were compared
 * @param differences none when the fused workload answers as the original does
 */
public record VerificationResult(
        String function, int replayed, int inconclusive, List<String> varying, List<Difference> differences) {

    public VerificationResult {
        varying = List.copyOf(varying);
        differences = List.copyOf(differences);
    }

    /** Whether no difference was found, also when nothing could be compared. */
    public boolean equal() {
        return differences.isEmpty();
    }
}
