package dev.sinter.merger.fuse;

import dev.sinter.merger.contract.Launch;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Who listens where in a fused workload. Captured members listen on addresses that the runtime gives them, so that only the
 * ports of unmodified programs are taken.
 *
 * @param front the port on which all members are served unless {@code PORT} says another
 * @param listens port of each unmodified program
 */
record PortPlan(int front, Map<String, Integer> listens) {

    /** Readiness and metrics, and the fused port where a mesh chooses it. */
    static final Set<Integer> RESERVED = Set.of(15020, 15080);

    private static final int FRONT = 8080;

    static PortPlan of(List<MemberImage> members) {
        Set<Integer> taken = new TreeSet<>(RESERVED);
        Map<String, Integer> listens = new TreeMap<>();
        for (MemberImage member : members) {
            if (!mayMove(member)) {
                taken.add(port(member));
            }
            if (!member.launch().capturable()) {
                listens.put(member.name(), port(member));
            }
        }
        for (MemberImage member : members) {
            if (mayMove(member) && !taken.add(port(member))) {
                int free = free(port(member), taken);
                taken.add(free);
                listens.put(member.name(), free);
            }
        }
        return new PortPlan(listens.isEmpty() ? FRONT : free(FRONT, taken), listens);
    }

    /** Whether two members of one container would want the same port. */
    static boolean collide(MemberImage first, MemberImage second) {
        return Objects.equals(first.launch().port(), second.launch().port())
                && (isFixed(first) || isFixed(second))
                && !mayMove(first)
                && !mayMove(second);
    }

    static boolean isFixed(MemberImage member) {
        return !member.launch().capturable() && !member.launch().obeysPort();
    }

    private static boolean mayMove(MemberImage member) {
        Launch launch = member.launch();
        return !launch.capturable() && launch.obeysPort();
    }

    private static int port(MemberImage member) {
        return Objects.requireNonNull(member.launch().port(), "only members with a port are merged");
    }

    private static int free(int wanted, Set<Integer> taken) {
        return IntStream.rangeClosed(wanted, 65535)
                .filter(port -> !taken.contains(port))
                .findFirst()
                .orElseThrow();
    }
}
