package dev.sinter.collector.pairing;

import dev.sinter.collector.hop.Hop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which of a request's calls it waited for: the last to finish, then the last to finish before that one began, and so
 * on backwards. The walk of CRISP (Zhang et al., USENIX ATC 2022) for one level; its overlap allowance is not needed
 * because one proxy's clock stamps all.
 */
final class CriticalPath {

    /**
     * One step, latest first.
     *
     * @param call waited for
     * @param nextNanos when the request went on: start of the next call on the path, or its end
     */
    record Step(Call call, long nextNanos) {}

    private CriticalPath() {}

    static List<Step> of(Hop request, List<Call> calls) {
        List<Call> latestEndFirst = new ArrayList<>(calls);
        latestEndFirst.sort(
                Comparator.comparingLong((Call call) -> call.hop.endNanos()).reversed());
        List<Step> path = new ArrayList<>();
        long next = request.endNanos();
        for (Call call : latestEndFirst) {
            if (call.hop.endNanos() <= next) {
                path.add(new Step(call, next));
                next = call.hop.startNanos();
            }
        }
        return path;
    }
}
