package dev.sinter.collector.pairing;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who was ever seen calling whom, in any pod: what a fused workload's members did before they were fused. */
final class KnownCallers {

    private static final int MOST_CALLEES = 4096;
    private static final int MOST_CALLERS = 64;

    private final Map<String, Set<String>> callersByCallee = new HashMap<>();

    void add(String callee, String caller) {
        Set<String> callers = callersByCallee.get(callee);
        if (callers == null && callersByCallee.size() < MOST_CALLEES) {
            callers = new HashSet<>();
            callersByCallee.put(callee, callers);
        }
        if (callers != null && callers.size() < MOST_CALLERS) {
            callers.add(caller);
        }
    }

    boolean contains(String callee, String caller) {
        return callersByCallee.getOrDefault(callee, Set.of()).contains(caller);
    }
}
