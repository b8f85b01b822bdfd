package dev.sinter.planner.solve;

import dev.sinter.planner.graph.Tier;
import java.util.Arrays;

/** One group of a layout, by numbers of a {@link Model}. Immutable by convention: nobody writes to the arrays. */
final class Group {
    /** Functions, ascending. */
    final int[] members;
    /** Members that are at home here, ascending. */
    final int[] homes;
    /** Pairs whose calls stay inside, ascending, and so by caller. */
    final int[] locals;
    /** Where the homes are among the members. */
    final int[] homeAt;
    /** Where the callers of the local pairs are among the members. */
    final int[] fromAt;
    /** Where the callees of the local pairs are among the members. */
    final int[] toAt;
    /** The weakest of all pairs of members. */
    final Tier tier;
    /** What a local call adds. */
    final double localHopMs;
    /** Of one instance, without proxy. */
    final double memoryMiB;

    Group(Model model, int[] members, int[] homes, int[] locals, Tier tier, double memoryMiB) {
        this.members = members;
        this.homes = homes;
        this.locals = locals;
        this.tier = tier;
        this.memoryMiB = memoryMiB;
        localHopMs = model.cost(tier).localHopMs();
        homeAt = new int[homes.length];
        for (int i = 0; i < homes.length; i++) {
            homeAt[i] = position(homes[i]);
        }
        fromAt = new int[locals.length];
        toAt = new int[locals.length];
        for (int i = 0, at = 0; i < locals.length; i++) {
            while (members[at] != model.from[locals[i]]) {
                at++;
            }
            fromAt[i] = at;
            toAt[i] = position(model.to[locals[i]]);
        }
    }

    /** Where a member is among the members. */
    int position(int member) {
        return Arrays.binarySearch(members, member);
    }

    /** Number of the first local pair of the {@code at}-th member's calls, or of the next member's. */
    int firstLocal(int at) {
        int i = 0;
        while (i < fromAt.length && fromAt[i] < at) {
            i++;
        }
        return i;
    }

    boolean has(int function) {
        return Arrays.binarySearch(members, function) >= 0;
    }

    boolean isHome(int function) {
        return Arrays.binarySearch(homes, function) >= 0;
    }

    boolean isLocal(int pair) {
        return locals.length > 0 && Arrays.binarySearch(locals, pair) >= 0;
    }

    boolean sameAs(Group other) {
        return Arrays.equals(members, other.members)
                && Arrays.equals(homes, other.homes)
                && Arrays.equals(locals, other.locals);
    }
}
