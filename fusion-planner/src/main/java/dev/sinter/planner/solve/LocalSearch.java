package dev.sinter.planner.solve;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Improves a layout by small {@link Changes} until none helps. Then shakes it and starts again, as long as the budget
 * lasts. Not safe for use by several threads.
 */
final class LocalSearch {
    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final Goal goal;
    private final Budget budget;
    private final Changes changes;
    private final int[] pairOrder;

    LocalSearch(Model model, Groups groups, Evaluator evaluator, Goal goal, Budget budget) {
        this.model = model;
        this.groups = groups;
        this.evaluator = evaluator;
        this.goal = goal;
        this.budget = budget;
        changes = new Changes(model, groups, evaluator, goal, budget);
        pairOrder = model.localByHopRate();
    }

    /** A layout at least as good as {@code start} that no single change improves, unless the budget ends first. */
    Group[] improve(Group[] start) {
        changes.start(start);
        boolean better = true;
        while (better && !budget.isSpent()) {
            better = false;
            for (int i = 0; i < pairOrder.length && !budget.isSpent(); i++) {
                int pair = pairOrder[i];
                while (changes.improvePair(pair)) {
                    better = true;
                }
            }
            for (int f = 0; f < model.size && !budget.isSpent(); f++) {
                while (changes.improveMember(f)) {
                    better = true;
                }
            }
        }
        return evaluator.layout();
    }

    /** Shakes and improves {@code start} again and again; returns the best layout met. */
    Group[] perturb(Group[] start, RandomGenerator random) {
        Group[] best = start;
        Worth bestWorth = evaluator.evaluate(best);
        while (budget.step()) {
            shuffle(pairOrder, random);
            Group[] shaken = shake(best, random);
            Group[] improved = improve(shaken);
            if (goal.isBetter(changes.worth(), bestWorth)) {
                best = improved;
                bestWorth = changes.worth();
            }
        }
        return best;
    }

    private static void shuffle(int[] order, RandomGenerator random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }

    /** Dissolves some neighbouring groups into functions alone. */
    private Group[] shake(Group[] start, RandomGenerator random) {
        evaluator.evaluate(start);
        Copies copies = evaluator.copies();
        int hits = 1 + random.nextInt(3);
        boolean[] dissolved = new boolean[start.length];
        int f = random.nextInt(model.size);
        for (int i = 0; i < hits; i++) {
            dissolved[copies.slotOf(copies.home(f))] = true;
            boolean down = random.nextBoolean() || model.in[f].length == 0;
            int[] next = down ? model.out[f] : model.in[f];
            if (next.length > 0) {
                int pair = next[random.nextInt(next.length)];
                f = down ? model.to[pair] : model.from[pair];
            }
        }
        Group[] shaken = new Group[model.size];
        int count = 0;
        for (int g = 0; g < start.length; g++) {
            if (dissolved[g]) {
                for (int home : start[g].homes) {
                    shaken[count++] = groups.alone(home);
                }
            } else {
                shaken[count++] = start[g];
            }
        }
        return Arrays.copyOf(shaken, count);
    }
}
