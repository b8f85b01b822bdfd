package dev.sinter.planner.hysteresis;

import java.time.Instant;
import java.util.Set;

/**
 * A change of where functions run, under way or done.
 *
 * @param members functions it moves
 * @param underWay whether it has not ended
 * @param since when it began, or ended
 */
public record Change(Set<String> members, boolean underWay, Instant since) {
    public Change {
        members = Set.copyOf(members);
    }
}
