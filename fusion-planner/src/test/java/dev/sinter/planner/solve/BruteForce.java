package dev.sinter.planner.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Tries every plan there is: every partition into homes, and in every group every set of local pairs. */
final class BruteForce {
    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final List<Goal> goals;
    private final List<List<Group>> byHomes = new ArrayList<>();
    private final int[] localPairs;
    /** By goal. */
    private final Worth[] best;

    BruteForce(Model model, List<Goal> goals) {
        this.model = model;
        this.goals = goals;
        groups = new Groups(model);
        evaluator = new Evaluator(model);
        best = new Worth[goals.size()];
        Arrays.fill(best, evaluator.evaluate(groups.allAlone()));
        localPairs =
                IntStream.range(0, model.pairs).filter(p -> model.mayBeLocal[p]).toArray();
        for (int homes = 0; homes < 1 << model.size; homes++) {
            byHomes.add(homes == 0 ? List.of() : groupsOf(homes));
        }
    }

    /** What the best plan is worth, by goal. */
    Worth[] run() {
        choose((1 << model.size) - 1, new ArrayList<>());
        return best;
    }

    /** Number of plans, at most {@code limit}. */
    long count(long limit) {
        return count((1 << model.size) - 1, limit);
    }

    private long count(int open, long limit) {
        if (open == 0) {
            return 1;
        }
        int first = Integer.lowestOneBit(open);
        long sum = 0;
        for (int homes = open; homes != 0 && sum < limit; homes = (homes - 1) & open) {
            if ((homes & first) != 0 && !byHomes.get(homes).isEmpty()) {
                sum += byHomes.get(homes).size() * count(open & ~homes, limit);
            }
        }
        return Math.min(sum, limit);
    }

    private void choose(int open, List<Group> chosen) {
        if (open == 0) {
            Worth worth = evaluator.evaluate(chosen.toArray(Group[]::new));
            for (int i = 0; i < best.length; i++) {
                best[i] = goals.get(i).isBetter(worth, best[i]) ? worth : best[i];
            }
            return;
        }
        int first = Integer.lowestOneBit(open);
        for (int homes = open; homes != 0; homes = (homes - 1) & open) {
            if ((homes & first) != 0) {
                for (Group group : byHomes.get(homes)) {
                    chosen.add(group);
                    choose(open & ~homes, chosen);
                    chosen.removeLast();
                }
            }
        }
    }

    private List<Group> groupsOf(int homes) {
        int[] homeArray = IntStream.range(0, model.size)
                .filter(f -> (homes & 1 << f) != 0)
                .toArray();
        List<Group> found = new ArrayList<>();
        for (int subset = 0; subset < 1 << localPairs.length; subset++) {
            int members = homes;
            for (int i = 0; i < localPairs.length; i++) {
                if ((subset & 1 << i) != 0) {
                    members |= 1 << model.to[localPairs[i]];
                }
            }
            int[] locals = new int[Integer.bitCount(subset)];
            int count = 0;
            boolean inside = true;
            for (int i = 0; i < localPairs.length; i++) {
                if ((subset & 1 << i) != 0) {
                    locals[count++] = localPairs[i];
                    inside &= (members & 1 << model.from[localPairs[i]]) != 0;
                }
            }
            if (!inside || Integer.bitCount(subset) < Integer.bitCount(members) - 1 || isCyclic(locals)) {
                continue;
            }
            int all = members;
            int[] memberArray = IntStream.range(0, model.size)
                    .filter(f -> (all & 1 << f) != 0)
                    .toArray();
            Group group = groups.of(memberArray, homeArray, locals);
            if (group != null && group.members.length == memberArray.length) {
                found.add(group);
            }
        }
        return found;
    }

    private boolean isCyclic(int[] locals) {
        for (int pair : locals) {
            if (groups.reaches(locals, model.to[pair], model.from[pair])) {
                return true;
            }
        }
        return false;
    }
}
