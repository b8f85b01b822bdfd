package dev.sinter.control.xds;

import java.util.List;
import java.util.Set;

/**
 * How far nodes are with what is published for them; every node asked about is in one of the first three.
 *
 * @param acked has everything in force
 * @param waiting is connected but has not answered for everything
 * @param absent is not connected
 * @param nacks refusals of what is published now
 */
public record AckReport(Set<String> acked, Set<String> waiting, Set<String> absent, List<Nack> nacks) {
    public AckReport {
        acked = Set.copyOf(acked);
        waiting = Set.copyOf(waiting);
        absent = Set.copyOf(absent);
        nacks = List.copyOf(nacks);
    }

    public boolean complete() {
        return waiting.isEmpty() && absent.isEmpty() && nacks.isEmpty();
    }
}
