package dev.sinter.merger;

/** Told now and then how far a merge is; called on the merging thread, so it should return at once. */
@FunctionalInterface
public interface MergeProgress {

    MergeProgress NONE = (step, doneBytes, totalBytes) -> {};

    /**
     * @param step what is being done, for people
     * @param totalBytes 0 where it is not known
     */
    void at(String step, long doneBytes, long totalBytes);
}
