package dev.sinter.planner.solve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connected blocks of a call tree, the best by the sum of what its uncut pairs save, under limits of memory and members:
 * dynamic programming from the leaves with the undominated sizes of each root's block, as SLAMBUC does for chains and
 * trees (Czentye, Sonkoly). Functions with several callers count as called by the one with most calls. A pair saves what
 * the two functions alone would, so for trees of two levels the sum is exact.
 */
final class TreeBlocks {
    private static final int MOST_LABELS = 64;

    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final Goal goal;
    private final List<List<Label>> labels = new ArrayList<>();

    TreeBlocks(Model model, Groups groups, Evaluator evaluator, Goal goal) {
        this.model = model;
        this.groups = groups;
        this.evaluator = evaluator;
        this.goal = goal;
    }

    /** The block of a root with all below it decided, best label first made. */
    private record Label(
            int function,
            double ownMiB,
            double baseMiB,
            int members,
            double gain,
            @Nullable Label before,
            @Nullable Label child,
            boolean joined) {

        boolean dominates(Label other) {
            return gain >= other.gain && ownMiB + baseMiB <= other.ownMiB + other.baseMiB && members <= other.members;
        }
    }

    private static final class MostGainFirst implements Comparator<Label> {
        @Override
        public int compare(Label a, Label b) {
            return Double.compare(b.gain, a.gain);
        }
    }

    Group[] layout() {
        evaluator.evaluate(groups.allAlone());
        int[] parentPair = parentPairs();
        double allOutside = 0;
        for (int f = 0; f < model.size; f++) {
            labels.add(List.of(new Label(f, model.ownMiB[f], model.baseMiB[f], 1, 0, null, null, false)));
            allOutside += model.outside[f];
        }
        for (int c = model.callOrder.length - 1; c >= 0; c--) {
            int f = model.callOrder[c][0];
            if (parentPair[f] >= 0) {
                int parent = model.from[parentPair[f]];
                labels.set(parent, withChild(labels.get(parent), labels.get(f), saved(parentPair[f], allOutside)));
            }
        }
        List<Group> found = new ArrayList<>();
        for (int f = 0; f < model.size; f++) {
            if (parentPair[f] < 0) {
                collect(best(labels.get(f)), found);
            }
        }
        return found.toArray(new Group[0]);
    }

    private int[] parentPairs() {
        boolean[] onCycle = onCycles();
        int[] parentPair = new int[model.size];
        for (int f = 0; f < model.size; f++) {
            parentPair[f] = -1;
            double most = 0;
            for (int pair : model.in[f]) {
                double rate = model.rate[model.from[pair]] * model.calls[pair];
                if (model.mayBeLocal[pair] && !onCycle[model.from[pair]] && !onCycle[f] && rate > most) {
                    parentPair[f] = pair;
                    most = rate;
                }
            }
        }
        return parentPair;
    }

    private boolean[] onCycles() {
        boolean[] onCycle = new boolean[model.size];
        for (int[] component : model.callOrder) {
            for (int f : component) {
                onCycle[f] = component.length > 1;
            }
        }
        return onCycle;
    }

    /** What the pair's two functions save together, each alone with the other. */
    private double saved(int pair, double allOutside) {
        int f = model.from[pair];
        int j = model.to[pair];
        Group both = groups.of(IntSets.with(new int[] {f}, j), IntSets.with(new int[] {f}, j));
        if (both == null || both.members.length < 2) {
            return Double.NEGATIVE_INFINITY;
        }
        double rate = model.rate[f];
        double hop = model.hopMs[pair] - model.wait[pair] * both.localHopMs;
        double latency = allOutside > 0 ? rate / allOutside * hop : 0;
        double timeOfJ = evaluator.homeTimeMs(j);
        double alone = model.aloneMiB(f) * (model.busyMs[f] + model.hopMs[pair] + model.wait[pair] * timeOfJ)
                + model.calls[pair] * model.aloneMiB(j) * timeOfJ;
        double together = both.memoryMiB * (model.busyMs[f] + model.wait[pair] * (both.localHopMs + timeOfJ));
        double gbSeconds = rate * (alone - together) / 1000 / 1024;
        double ofF = instances(f);
        double ofJ = instances(j);
        double sidecar = model.limits.sidecarMiB();
        double resident = ofF * (model.aloneMiB(f) + sidecar)
                + ofJ * (model.aloneMiB(j) + sidecar)
                - Math.max(1, model.cpu[f] / model.limits.cpuMillicores() + model.cpu[j] / model.limits.cpuMillicores())
                        * (both.memoryMiB + sidecar);
        return goal.latency() * latency + goal.gbSeconds() * gbSeconds + goal.resident() * resident;
    }

    private double instances(int f) {
        return evaluator.replicas(evaluator.copies().slotOf(evaluator.copies().home(f)));
    }

    private List<Label> withChild(List<Label> parents, List<Label> children, double saved) {
        List<Label> made = new ArrayList<>();
        Label cut = best(children);
        for (Label parent : parents) {
            made.add(new Label(
                    parent.function,
                    parent.ownMiB,
                    parent.baseMiB,
                    parent.members,
                    parent.gain + cut.gain,
                    parent,
                    cut,
                    false));
            for (Label child : children) {
                double own = parent.ownMiB + child.ownMiB;
                double base = model.runtime[parent.function] == model.runtime[child.function]
                        ? Math.max(parent.baseMiB, child.baseMiB)
                        : parent.baseMiB + child.baseMiB;
                int members = parent.members + child.members;
                double gain = parent.gain + child.gain + saved;
                if (gain > Double.NEGATIVE_INFINITY
                        && own + base <= model.limits.memoryMiB()
                        && members <= model.limits.members()) {
                    made.add(new Label(parent.function, own, base, members, gain, parent, child, true));
                }
            }
        }
        made.sort(new MostGainFirst());
        List<Label> kept = new ArrayList<>();
        for (Label label : made) {
            if (kept.size() < MOST_LABELS && !isDominated(label, kept)) {
                kept.add(label);
            }
        }
        return kept;
    }

    private static boolean isDominated(Label label, List<Label> others) {
        for (Label other : others) {
            if (other.dominates(label)) {
                return true;
            }
        }
        return false;
    }

    private static Label best(List<Label> labels) {
        Label best = labels.getFirst();
        for (Label label : labels) {
            best = label.gain > best.gain ? label : best;
        }
        return best;
    }

    private void collect(Label root, List<Group> found) {
        int[] members = members(root, found);
        Group block = groups.of(members, members);
        if (block != null && block.members.length == members.length) {
            found.add(block);
        } else {
            for (int f : members) {
                found.add(groups.alone(f));
            }
        }
    }

    private int[] members(Label root, List<Group> found) {
        int[] members = {root.function};
        for (Label at = root; at != null && at.child != null; at = at.before) {
            if (at.joined) {
                members = IntSets.union(members, members(at.child, found));
            } else {
                collect(at.child, found);
            }
        }
        return members;
    }
}
