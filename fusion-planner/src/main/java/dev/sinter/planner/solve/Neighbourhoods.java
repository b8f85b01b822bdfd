package dev.sinter.planner.solve;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Improves layouts of large graphs by planning a few neighbouring groups anew at a time while the rest stays as it is
 * (large neighbourhood search, Shaw 1998). A neighbourhood is grown from a pair whose calls are remote, along the pairs
 * with the most hop time; every new part is judged by its exact worth for the whole. Not safe for use by several
 * threads.
 */
final class Neighbourhoods {
    /** Functions in a neighbourhood of the first pass, which do not overlap, and of later ones. */
    private static final int LARGEST_FIRST = 36;

    private static final int LARGEST_LATER = 16;
    private static final long STEPS_PER_FUNCTION = 40;
    /** Of all neighbourhoods together, by function of the graph. */
    private static final long ALL_STEPS_PER_FUNCTION = 160;

    private static final int MOST_PASSES = 8;

    private final Model model;
    private final Evaluator evaluator;
    private final Goal goal;
    private final Budget budget;
    private final int[] pairOrder;
    private final Copies copies;
    /** By function: the pass in which it was last planned anew. */
    private final int[] planned;

    private int pass;
    private long steps;
    private Worth worth;
    private double[] price = new double[0];
    private boolean[] isFree = new boolean[0];

    Neighbourhoods(Model model, Evaluator evaluator, Goal goal, Budget budget, Group[] start) {
        this.model = model;
        this.evaluator = evaluator;
        this.goal = goal;
        this.budget = budget;
        pairOrder = model.localByHopRate();
        copies = evaluator.copies();
        planned = new int[model.size];
        worth = evaluator.evaluate(start);
        price = Prices.of(model, evaluator, goal);
    }

    /** A layout at least as good as the start. */
    Group[] run() {
        steps = ALL_STEPS_PER_FUNCTION * model.size;
        boolean better = true;
        for (pass = 1; better && pass <= MOST_PASSES; pass++) {
            better = pass == 1;
            for (int pair : pairOrder) {
                if (budget.isLate() || steps < 0) {
                    return evaluator.layout();
                }
                if (isDue(pair) && !copies.isLocal(copies.home(model.from[pair]), pair)) {
                    better |= planAround(pair);
                }
            }
        }
        return evaluator.layout();
    }

    private boolean isDue(int pair) {
        boolean caller = planned[model.from[pair]] < pass;
        boolean callee = planned[model.to[pair]] < pass;
        return pass == 1 ? caller && callee : caller || callee;
    }

    private double hopRate(int pair) {
        return model.rate[model.from[pair]] * model.hopMs[pair];
    }

    private boolean planAround(int pair) {
        isFree = new boolean[copies.slots()];
        int[] functions = grow(pair);
        for (int f : functions) {
            planned[f] = pass;
        }
        int[] slots =
                IntStream.range(0, isFree.length).filter(slot -> isFree[slot]).toArray();
        Group[] after = functions.length < 2 ? null : replan(functions, slots);
        if (after == null) {
            return false;
        }
        Worth changed = evaluator.change(slots, after);
        if (!goal.isBetter(changed, worth)) {
            evaluator.undo();
            return false;
        }
        evaluator.keep();
        worth = changed;
        price = Prices.of(model, evaluator, goal);
        return true;
    }

    private int largest() {
        return pass == 1 ? LARGEST_FIRST : LARGEST_LATER;
    }

    private int homeOf(int f) {
        return copies.slotOf(copies.home(f));
    }

    /** Frees groups around {@code pair}; returns the functions at home there. */
    private int[] grow(int pair) {
        PriorityQueue<Integer> border = new PriorityQueue<>(
                Comparator.comparingDouble((Integer p) -> -hopRate(p)).thenComparing(p -> p));
        int[] functions = free(new int[0], model.from[pair], border);
        border.add(pair);
        while (!border.isEmpty() && functions.length < largest()) {
            int next = border.remove();
            functions = free(functions, model.from[next], border);
            functions = free(functions, model.to[next], border);
        }
        return functions;
    }

    /**
     * Frees the group where {@code f} is at home and those where its members are, as far as there is room; notes pairs
     * that lead on.
     */
    private int[] free(int[] functions, int f, PriorityQueue<Integer> border) {
        int[] added = {homeOf(f)};
        int[] grown = functions;
        for (int i = 0; i < added.length; i++) {
            Group group = at(added[i]);
            grown = isFree[added[i]] ? grown : IntSets.union(grown, group.homes);
            if (grown.length > largest()) {
                return functions;
            }
            for (int member : group.members) {
                int home = homeOf(member);
                if (!isFree[home] && IntStream.of(added).noneMatch(g -> g == home)) {
                    added = Arrays.copyOf(added, added.length + 1);
                    added[added.length - 1] = home;
                }
            }
        }
        for (int g : added) {
            if (!isFree[g]) {
                isFree[g] = true;
                for (int home : at(g).homes) {
                    addBorder(model.out[home], border);
                    addBorder(model.in[home], border);
                }
            }
        }
        return grown;
    }

    private void addBorder(int[] pairs, PriorityQueue<Integer> border) {
        for (int pair : pairs) {
            boolean isTaken = pass == 1 && (planned[model.from[pair]] == 1 || planned[model.to[pair]] == 1);
            if (model.mayBeLocal[pair]
                    && !isTaken
                    && isFree[homeOf(model.from[pair])] != isFree[homeOf(model.to[pair])]) {
                border.add(pair);
            }
        }
    }

    private Group at(int slot) {
        return copies.groupOf(copies.start(slot));
    }

    /** Other groups for the functions at home in {@code slots}; null if none are better there. */
    private Group @Nullable [] replan(int[] functions, int[] slots) {
        Part part = new Part(model, evaluator, goal, functions, isFree, price);
        Group[] before = new Group[slots.length];
        for (int i = 0; i < slots.length; i++) {
            Group inside = part.inside(at(slots[i]));
            if (inside == null) {
                return null;
            }
            before[i] = inside;
        }
        Group[] after = search(part.model(), before, functions[0]);
        return Arrays.equals(after, before)
                ? null
                : Arrays.stream(after).map(part::outside).toArray(Group[]::new);
    }

    private Group[] search(Model part, Group[] start, long seed) {
        Groups partGroups = new Groups(part);
        Evaluator partEvaluator = new Evaluator(part);
        Goal partGoal = Part.goal(goal);
        long own = STEPS_PER_FUNCTION * part.size;
        steps -= own;
        LocalSearch search = new LocalSearch(part, partGroups, partEvaluator, partGoal, budget.withSteps(own));
        Group[] best = search.improve(start);
        if (start.length == part.size) {
            Group[] merged = search.improve(new Baselines(part, partGroups).everyBlockingPair());
            if (partGoal.isBetter(partEvaluator.evaluate(merged), partEvaluator.evaluate(best))) {
                best = merged;
            }
        }
        return search.perturb(best, new SplittableRandom(seed));
    }
}
