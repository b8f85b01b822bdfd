package dev.sinter.planner.solve;

/** Which calls inside a group to make local so that its home is fastest, given its callees' {@link LeastTimes}. */
final class BestPairs {
    private final Model model;
    private final Groups groups;
    private final LeastTimes times;
    private final double[] rank;

    BestPairs(Model model, Groups groups, LeastTimes times) {
        this.model = model;
        this.groups = groups;
        this.times = times;
        rank = new double[model.size];
        for (int f = 0; f < model.size; f++) {
            rank[f] = -times.rank(f);
        }
    }

    /** The group with those pairs local that save time, without members that then nobody calls; alone if it breaks a limit. */
    Group of(int[] members, int home) {
        double hop = model.cost(groups.tier(members)).localHopMs();
        double[] gain = new double[model.size];
        int[] locals = new int[0];
        for (int f : Ranking.largestFirst(members, rank)) {
            for (int pair : model.out[f]) {
                int callee = model.to[pair];
                double saved = savedMs(pair, hop, gain);
                if (model.mayBeLocal[pair]
                        && saved > 0
                        && IntSets.has(members, callee)
                        && times.rank(callee) < times.rank(f)) {
                    gain[f] += saved;
                    locals = IntSets.with(locals, pair);
                }
            }
        }
        int[] kept = groups.reached(locals, home);
        Group found = groups.of(kept, new int[] {home}, groups.from(kept, locals));
        return found == null ? groups.alone(home) : found;
    }

    /** What the group saves of the time of {@code home} with all calls remote. */
    double gainMs(Group group, int home) {
        double[] gain = new double[model.size];
        for (int f : Ranking.largestFirst(group.members, rank)) {
            for (int pair : model.out[f]) {
                if (group.isLocal(pair)) {
                    gain[f] += savedMs(pair, group.localHopMs, gain);
                }
            }
        }
        return gain[home];
    }

    /** The hop, less what the callee's copy is slower than the callee at home. */
    private double savedMs(int pair, double localHopMs, double[] gain) {
        int callee = model.to[pair];
        return times.savedMs(pair, localHopMs) - model.wait[pair] * (times.gainMs(callee) - gain[callee]);
    }
}
