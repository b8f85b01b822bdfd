package dev.sinter.planner.solve;

import dev.sinter.planner.graph.Tier;
import java.util.Arrays;

/** One group of a layout, by numbers of a {@link Model}. Immutable by convention: nobody writes to the arrays. */
final class Group {
    /** Functions, ascending. */
    final int[] members;
    /** Members that are at home here, ascending. */
    final int[] homes;
    /** Pairs whose calls stay inside, ascending. */
    final int[] locals;
    /** The weakest of all pairs of members. */
    final Tier tier;
    /** What a local call adds. */
    final double localHopMs;
    /** Of one instance, without proxy. */
    final double memoryMiB;

    Group(int[] members, int[] homes, int[] locals, Tier tier, double localHopMs, double memoryMiB) {
        this.members = members;
        this.homes = homes;
        this.locals = locals;
        this.tier = tier;
        this.localHopMs = localHopMs;
        this.memoryMiB = memoryMiB;
    }

    boolean has(int function) {
        return Arrays.binarySearch(members, function) >= 0;
    }

    boolean isHome(int function) {
        return Arrays.binarySearch(homes, function) >= 0;
    }

    boolean isLocal(int pair) {
        return Arrays.binarySearch(locals, pair) >= 0;
    }

    boolean sameAs(Group other) {
        return Arrays.equals(members, other.members)
                && Arrays.equals(homes, other.homes)
                && Arrays.equals(locals, other.locals);
    }
}
