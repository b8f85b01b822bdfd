package dev.sinter.planner.solve;

import static java.util.Objects.requireNonNull;

import dev.sinter.planner.graph.Tier;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one request at a function costs at least, with everything it calls, where each millisecond that it takes costs
 * those who wait for it a given price: no plan is counted as lean in one way and fast in another.
 *
 * <p>Memory time is no dearer if every function that is called remotely has a group of its own with just the copies it
 * wants. So the least cost at a price follows, callees first, from the best set of members for a function's own group,
 * and within a set call by call: local, or remote at the least cost of the callee at the price that the group's memory
 * and its callers' make together. The least cost is concave in the price, since it is the least of many straight lines: it
 * is kept for some prices, and is no less than the chord between them. On call cycles, calls that lead back cost what
 * the rounds before found, at first the floor. Functions that could have too many members cost the floor. Not safe for
 * use by several threads while it is made.
 */
final class RequestCosts {
    /** Sets of more functions than this are too many. */
    private static final int MOST_CANDIDATES = 13;

    /** Of visits to a cycle that are followed. */
    private static final int ROUNDS = 3;

    /** Prices double every two points, so that a point is found by the leading bits of a price. */
    private static final int SHIFT = 51;

    private static final int MOST_POINTS = 48;

    private final Model model;
    private final Groups groups;
    /** What a MiB costs that is held for a millisecond. */
    final double ofMiB;

    private final double leastLocalHopMs;
    private final double[] timeMs;
    /** By function: place in an order with callers first. */
    private final double[] rank;

    private final double[] price;
    private final long firstBits;
    /** By function, by price: of a request at its home. */
    private final double[][] home;
    /** By function, by price: of a request at a copy in a group whose memory is part of the price. */
    private final double[][] copy;

    private final double[] inside;
    /** By function: sets of members of its own group, null if there are too many; by price and set: what they cost. */
    private final long[] @Nullable [] sets;

    private final double[] @Nullable [][] ofSets;
    private int found;
    private int first;
    private int[] candidates = new int[0];
    private double[] least = new double[0];

    RequestCosts(Model model, Groups groups, RootBound root, Goal goal) {
        this.model = model;
        this.groups = groups;
        ofMiB = goal.gbSeconds() / 1000 / 1024;
        timeMs = root.timeMs;
        leastLocalHopMs = model.leastHopMs(Tier.IN_PROCESS);
        inside = new double[model.size];
        rank = new double[model.size];
        int next = 0;
        for (int[] component : model.callOrder) {
            for (int f : component) {
                rank[f] = next++;
            }
        }
        double smallest = Double.POSITIVE_INFINITY;
        double sum = 0;
        double mostOfLatencyMs = 0;
        for (int f = 0; f < model.size; f++) {
            double alone = ofMiB * model.aloneMiB(f);
            smallest = alone > 0 ? Math.min(smallest, alone) : smallest;
            sum += alone;
            mostOfLatencyMs = model.outside[f] > 0
                    ? Math.max(mostOfLatencyMs, goal.latency() * model.timeWeight[f] / model.outside[f])
                    : mostOfLatencyMs;
        }
        sum += mostOfLatencyMs;
        boolean isFree = !(smallest < Double.POSITIVE_INFINITY);
        long last = Double.doubleToRawLongBits(isFree ? 1 : 4 * sum) >>> SHIFT;
        long wanted = Double.doubleToRawLongBits(isFree ? 1 : smallest / 8) >>> SHIFT;
        firstBits = Math.max(wanted, last - MOST_POINTS);
        price = new double[(int) (last - firstBits) + 2];
        for (int i = 1; i < price.length; i++) {
            price[i] = Double.longBitsToDouble((firstBits + i - 1) << SHIFT);
        }
        home = new double[model.size][price.length];
        copy = new double[model.size][price.length];
        for (int f = 0; f < model.size; f++) {
            for (int i = 0; i < price.length; i++) {
                copy[f][i] = price[i] * timeMs[f];
                home[f][i] = ofMiB * root.mibMs[f] + copy[f][i];
            }
        }
        least = new double[price.length];
        sets = new long[model.size][];
        ofSets = new double[model.size][][];
        for (int c = model.callOrder.length - 1; c >= 0; c--) {
            int[] component = model.callOrder[c];
            boolean isCycle = component.length > 1 || model.callsItself(component[0]);
            for (int round = 0; round < (isCycle ? ROUNDS : 1); round++) {
                for (int f : component) {
                    improveHome(f);
                    improveCopy(f);
                }
            }
        }
    }

    /** Cost of {@code rate} requests a second at the home of {@code f} whose milliseconds cost {@code priceOfAll} together. */
    double ofHome(int f, double rate, double priceOfAll) {
        return rate > 0 ? rate * at(home[f], timeMs[f], priceOfAll / rate) : 0;
    }

    /** As {@link #ofHome}, at a copy in a group whose memory is part of the price. */
    double ofCopy(int f, double rate, double priceOfAll) {
        return rate > 0 ? rate * at(copy[f], timeMs[f], priceOfAll / rate) : 0;
    }

    /** Sets of functions that a request at {@code f} may reach locally from its home; null if there are too many. */
    long @Nullable [] sets(int f) {
        return sets[f];
    }

    /** As {@link #ofHome}, if {@code set} is what a request reaches locally. */
    double ofSet(int f, int set, double rate, double priceOfAll) {
        double x = priceOfAll / rate;
        double[][] costs = requireNonNull(ofSets[f]);
        int last = price.length - 1;
        if (x >= price[last]) {
            return rate * (costs[last][set] + (x - price[last]) * timeMs[f]);
        }
        int i = point(x);
        double share = (x - price[i]) / (price[i + 1] - price[i]);
        return rate * (costs[i][set] + (costs[i + 1][set] - costs[i][set]) * share);
    }

    private double at(double[] curve, double slope, double x) {
        int last = price.length - 1;
        if (x >= price[last]) {
            return curve[last] + (x - price[last]) * slope;
        }
        int i = point(x);
        return curve[i] + (curve[i + 1] - curve[i]) * ((x - price[i]) / (price[i + 1] - price[i]));
    }

    private int point(double x) {
        return x < price[1] ? 0 : (int) ((Double.doubleToRawLongBits(x) >>> SHIFT) - firstBits) + 1;
    }

    private void improveCopy(int f) {
        for (int i = 0; i < price.length; i++) {
            double sum = price[i] * model.busyMs[f];
            for (int pair : model.out[f]) {
                double waiting = price[i] * model.wait[pair];
                double remote = remote(pair, price[i]);
                sum += model.mayBeLocal[pair]
                        ? Math.min(
                                remote, waiting * leastLocalHopMs + ofCopy(model.to[pair], model.calls[pair], waiting))
                        : remote;
            }
            copy[f][i] = Math.min(Math.max(copy[f][i], sum), home[f][i]);
        }
    }

    private double remote(int pair, double priceOfMs) {
        return priceOfMs * model.hopMs[pair] + ofHome(model.to[pair], model.calls[pair], priceOfMs * model.wait[pair]);
    }

    private void improveHome(int f) {
        first = f;
        candidates = model.possibleMembers(f);
        if (candidates.length <= MOST_CANDIDATES) {
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            found = 0;
            sets[f] = new long[16];
            ofSets[f] = new double[price.length][16];
            extend(0, new int[] {f}, 1L << f, model.ownMiB[f]);
            sets[f] = Arrays.copyOf(sets[f], found);
            for (int i = 0; i < price.length; i++) {
                home[f][i] = Math.max(home[f][i], least[i]);
            }
        }
    }

    private void extend(int at, int[] members, long set, double sumMiB) {
        Tier tier = groups.tier(members);
        double memoryMiB = groups.memoryMiB(members, model.leanest(tier));
        if (members.length == 1 || memoryMiB <= model.limits.memoryMiB()) {
            consider(members, set, ofMiB * memoryMiB, model.leastHopMs(tier));
        }
        for (int i = at; i < candidates.length && members.length < model.limits.members(); i++) {
            int f = candidates[i];
            if (sumMiB + model.ownMiB[f] <= model.limits.memoryMiB() && model.allowed(f, members)) {
                extend(i + 1, IntSets.with(members, f), set | 1L << f, sumMiB + model.ownMiB[f]);
            }
        }
    }

    /** What a request at the first function costs if {@code members} are in its group. */
    private void consider(int[] members, long set, double groupPrice, double localHopMs) {
        if (!isReached(set)) {
            return;
        }
        long[] known = requireNonNull(sets[first]);
        double[][] costs = requireNonNull(ofSets[first]);
        if (found == known.length) {
            known = Arrays.copyOf(known, 2 * found);
            sets[first] = known;
            for (int i = 0; i < price.length; i++) {
                costs[i] = Arrays.copyOf(costs[i], 2 * found);
            }
        }
        known[found] = set;
        int[] calleesFirst = Ranking.largestFirst(members, rank);
        for (int i = 0; i < price.length; i++) {
            double priceOfMs = groupPrice + price[i];
            for (int member : calleesFirst) {
                double sum = priceOfMs * model.busyMs[member];
                for (int pair : model.out[member]) {
                    double remote = remote(pair, priceOfMs);
                    boolean mayBeLocal = model.mayBeLocal[pair] && (set & 1L << model.to[pair]) != 0;
                    sum += mayBeLocal ? Math.min(remote, local(pair, priceOfMs, localHopMs)) : remote;
                }
                inside[member] = sum;
            }
            costs[i][found] = inside[first];
            least[i] = Math.min(least[i], inside[first]);
        }
        found++;
    }

    /** Whether local calls can lead from the first function to all of {@code set}. */
    private boolean isReached(long set) {
        long reached = 1L << first;
        long open = reached;
        while (open != 0) {
            int f = Long.numberOfTrailingZeros(open);
            open &= open - 1;
            for (int pair : model.out[f]) {
                long callee = 1L << model.to[pair];
                if (model.mayBeLocal[pair] && (set & callee & ~reached) != 0) {
                    reached |= callee;
                    open |= callee;
                }
            }
        }
        return reached == set;
    }

    private double local(int pair, double priceOfMs, double localHopMs) {
        int callee = model.to[pair];
        double wait = model.wait[pair];
        double below = rank[callee] <= rank[model.from[pair]]
                ? ofCopy(callee, model.calls[pair], priceOfMs * wait)
                : wait * inside[callee];
        return priceOfMs * wait * localHopMs + below;
    }
}
