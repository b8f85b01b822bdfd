package dev.sinter.control.demo;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What each request of a load is answered before anything is fused: its first answer, once two more have confirmed it. A
 * request whose first three answers are not alike varies by itself, and its bodies prove nothing. Not thread-safe.
 */
final class ExpectedAnswers {

    private static final int CONFIRMATIONS = 2;

    private final List<LoadRequest> requests;
    private final @Nullable String[] hashes;
    private final int[] confirmations;
    private final boolean[] varies;

    ExpectedAnswers(List<LoadRequest> requests) {
        this.requests = requests;
        hashes = new String[requests.size()];
        confirmations = new int[requests.size()];
        varies = new boolean[requests.size()];
    }

    /**
     * Whether an answer is as expected; an answer that is not yet known is learnt while {@code learning} is true.
     *
     * @param index of the request in the load
     * @param hash of the answer's body
     */
    boolean agrees(int index, String hash, boolean learning) {
        String expected = hashes[index];
        if (varies[index]) {
            return true;
        }
        if (expected == null) {
            hashes[index] = hash;
            return true;
        }
        boolean same = expected.equals(hash);
        if (learning && confirmations[index] < CONFIRMATIONS) {
            confirmations[index]++;
            varies[index] = !same;
            return true;
        }
        return same;
    }

    /** Whether every request's expected answer is confirmed or known to vary. */
    boolean complete() {
        return IntStream.range(0, hashes.length).allMatch(i -> varies[i] || confirmations[i] >= CONFIRMATIONS);
    }

    List<LoadRequest> varying() {
        return IntStream.range(0, hashes.length)
                .filter(i -> varies[i])
                .mapToObj(requests::get)
                .toList();
    }
}
