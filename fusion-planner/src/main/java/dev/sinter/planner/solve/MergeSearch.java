package dev.sinter.planner.solve;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Merges the two groups whose union is worth most, again and again, until no union is worth more. */
final class MergeSearch {
    private final Groups groups;
    private final Evaluator evaluator;
    private final Goal goal;

    MergeSearch(Groups groups, Evaluator evaluator, Goal goal) {
        this.groups = groups;
        this.evaluator = evaluator;
        this.goal = goal;
    }

    Group[] improve(Group[] start) {
        Group[] best = start;
        Worth worth = evaluator.evaluate(start);
        while (true) {
            Group[] better = null;
            for (int a = 0; a < best.length; a++) {
                for (int b = a + 1; b < best.length; b++) {
                    Group[] merged = merged(best, a, b);
                    if (merged != null && goal.isBetter(evaluator.evaluate(merged), worth)) {
                        worth = evaluator.evaluate(merged);
                        better = merged;
                    }
                }
            }
            if (better == null) {
                return best;
            }
            best = better;
        }
    }

    private Group @Nullable [] merged(Group[] layout, int a, int b) {
        Group union = groups.of(union(layout[a].members, layout[b].members), union(layout[a].homes, layout[b].homes));
        if (union == null) {
            return null;
        }
        Group[] merged = new Group[layout.length - 1];
        int count = 0;
        for (int g = 0; g < layout.length; g++) {
            if (g != b) {
                merged[count++] = g == a ? union : layout[g];
            }
        }
        return merged;
    }

    private static int[] union(int[] a, int[] b) {
        return IntStream.concat(Arrays.stream(a), Arrays.stream(b))
                .sorted()
                .distinct()
                .toArray();
    }
}
