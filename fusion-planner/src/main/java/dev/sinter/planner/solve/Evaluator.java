package dev.sinter.planner.solve;

import dev.sinter.planner.graph.PlanningException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Computes what layouts are worth, exactly as the plan contract defines it.
 *
 * <p>A copy is one function in one group. Every copy's calls go to one copy each: the one in its group where the pair
 * is local there, the callee's home otherwise. So times are one pass over the copies, callees first, and rates one pass
 * with callers first; only the copies of functions that call each other in a cycle form equations. Holds its working
 * arrays: not safe for use by several threads.
 */
final class Evaluator {
    private final Model model;
    private int[] groupStart = new int[0];
    private int[] function = new int[0];
    private int[] groupOf = new int[0];
    private int[] nextCopy = new int[0];
    private int[] edgeStart = new int[1];
    private int[] target = new int[0];
    private boolean[] local = new boolean[0];
    private double[] timeMs = new double[0];
    private double[] rate = new double[0];
    private double[] received = new double[0];
    private double[] busy = new double[0];
    private double[] cpu = new double[0];
    private double[] replicas = new double[0];
    private final int[] firstCopy;
    private final int[] homeCopy;
    private final int[] copyHere;
    private final int[] localStamp;
    private int stamp;
    private int copies;

    Evaluator(Model model) {
        this.model = model;
        firstCopy = new int[model.size];
        homeCopy = new int[model.size];
        copyHere = new int[model.size];
        localStamp = new int[model.pairs];
    }

    /** What {@code groups} are worth; each function must be at home in exactly one. */
    Worth evaluate(Group[] groups) {
        number(groups);
        link(groups);
        computeTimes(groups);
        computeRates();
        return sum(groups);
    }

    /** Time of a request at {@code function} where it is at home, in the layout evaluated last. */
    double homeTimeMs(int function) {
        return timeMs[homeCopy[function]];
    }

    /** Requests per second that {@code function}'s home receives from outside its group. */
    double homeReceived(int function) {
        return received[homeCopy[function]];
    }

    /** Requests per second of the copy that is the {@code member}-th of the {@code group}-th group. */
    double copyRate(int group, int member) {
        return rate[groupStart[group] + member];
    }

    /** Requests inside the {@code group}-th group at a time. */
    double busy(int group) {
        return busy[group];
    }

    double cpuMillicores(int group) {
        return cpu[group];
    }

    double replicas(int group) {
        return replicas[group];
    }

    private void number(Group[] groups) {
        copies = 0;
        int edges = 0;
        for (Group group : groups) {
            copies += group.members.length;
            for (int member : group.members) {
                edges += model.out[member].length;
            }
        }
        ensureCapacity(groups.length, edges);
        Arrays.fill(firstCopy, -1);
        int copy = 0;
        for (int g = 0; g < groups.length; g++) {
            groupStart[g] = copy;
            for (int member : groups[g].members) {
                function[copy] = member;
                groupOf[copy] = g;
                nextCopy[copy] = firstCopy[member];
                firstCopy[member] = copy;
                copyHere[member] = copy++;
            }
            for (int home : groups[g].homes) {
                homeCopy[home] = copyHere[home];
            }
        }
    }

    private void ensureCapacity(int groups, int edges) {
        if (groupStart.length < groups) {
            groupStart = new int[groups * 2];
            busy = new double[groups * 2];
            cpu = new double[groups * 2];
            replicas = new double[groups * 2];
        }
        if (function.length < copies) {
            int capacity = copies * 2;
            function = new int[capacity];
            groupOf = new int[capacity];
            nextCopy = new int[capacity];
            edgeStart = new int[capacity + 1];
            timeMs = new double[capacity];
            rate = new double[capacity];
            received = new double[capacity];
        }
        if (target.length < edges) {
            target = new int[edges * 2];
            local = new boolean[edges * 2];
        }
    }

    private void link(Group[] groups) {
        int edge = 0;
        int copy = 0;
        for (Group group : groups) {
            stamp++;
            for (int pair : group.locals) {
                localStamp[pair] = stamp;
            }
            int start = copy;
            for (int member : group.members) {
                copyHere[member] = copy++;
            }
            copy = start;
            for (int member : group.members) {
                edgeStart[copy++] = edge;
                for (int pair : model.out[member]) {
                    local[edge] = localStamp[pair] == stamp;
                    target[edge++] = local[edge - 1] ? copyHere[model.to[pair]] : homeCopy[model.to[pair]];
                }
            }
        }
        edgeStart[copy] = edge;
    }

    private void computeTimes(Group[] groups) {
        for (int[] component : model.waitOrder) {
            if (component.length == 1 && !model.waitsForItself(component[0])) {
                for (int copy = firstCopy[component[0]]; copy >= 0; copy = nextCopy[copy]) {
                    timeMs[copy] = ownAndKnownMs(groups, copy, null);
                }
            } else {
                solveTimes(groups, component);
            }
        }
    }

    /** Busy time, hops, and waiting for callees whose time is known; {@code unknown} ones are left out. */
    private double ownAndKnownMs(Group[] groups, int copy, int @Nullable [] unknown) {
        int[] out = model.out[function[copy]];
        double hop = groups[groupOf[copy]].localHopMs;
        double sum = model.busyMs[function[copy]];
        for (int i = 0, edge = edgeStart[copy]; i < out.length; i++, edge++) {
            double wait = model.wait[out[i]];
            if (wait > 0) {
                sum += local[edge] ? wait * hop : model.hopMs[out[i]];
                if (unknown == null || unknown[target[edge]] < 0) {
                    sum += wait * timeMs[target[edge]];
                }
            }
        }
        return sum;
    }

    private void solveTimes(Group[] groups, int[] component) {
        int[] unknowns = copiesOf(component);
        int[] position = positions(unknowns);
        double[] right = new double[unknowns.length];
        double[][] matrix = new double[unknowns.length][unknowns.length];
        for (int row = 0; row < unknowns.length; row++) {
            int copy = unknowns[row];
            right[row] = ownAndKnownMs(groups, copy, position);
            int[] out = model.out[function[copy]];
            for (int i = 0, edge = edgeStart[copy]; i < out.length; i++, edge++) {
                if (position[target[edge]] >= 0) {
                    matrix[row][position[target[edge]]] += model.wait[out[i]];
                }
            }
        }
        double[] solution = LeastSolution.of(matrix, right);
        if (solution == null) {
            throw infinite(component, "waits for itself without end");
        }
        for (int row = 0; row < unknowns.length; row++) {
            timeMs[unknowns[row]] = solution[row];
        }
    }

    private void computeRates() {
        for (int copy = 0; copy < copies; copy++) {
            double fromOutside = homeCopy[function[copy]] == copy ? model.outside[function[copy]] : 0;
            received[copy] = fromOutside;
            rate[copy] = fromOutside;
        }
        for (int[] component : model.callOrder) {
            if (component.length > 1 || model.callsItself(component[0])) {
                solveRates(component);
            }
            for (int f : component) {
                for (int copy = firstCopy[f]; copy >= 0; copy = nextCopy[copy]) {
                    send(copy, component);
                }
            }
        }
    }

    private void send(int copy, int[] component) {
        double sent = rate[copy];
        if (sent == 0) {
            return;
        }
        int[] out = model.out[function[copy]];
        for (int i = 0, edge = edgeStart[copy]; i < out.length; i++, edge++) {
            double added = sent * model.calls[out[i]];
            int callee = target[edge];
            if (!local[edge]) {
                received[callee] += added;
            }
            if (component.length == 1
                    ? function[callee] != component[0]
                    : Arrays.binarySearch(component, function[callee]) < 0) {
                rate[callee] += added;
            }
        }
    }

    private void solveRates(int[] component) {
        int[] unknowns = copiesOf(component);
        int[] position = positions(unknowns);
        double[] right = new double[unknowns.length];
        double[][] matrix = new double[unknowns.length][unknowns.length];
        for (int row = 0; row < unknowns.length; row++) {
            int copy = unknowns[row];
            right[row] = rate[copy];
            int[] out = model.out[function[copy]];
            for (int i = 0, edge = edgeStart[copy]; i < out.length; i++, edge++) {
                if (position[target[edge]] >= 0) {
                    matrix[position[target[edge]]][row] += model.calls[out[i]];
                }
            }
        }
        double[] solution = LeastSolution.of(matrix, right);
        if (solution == null) {
            throw infinite(component, "is called without end");
        }
        for (int row = 0; row < unknowns.length; row++) {
            rate[unknowns[row]] = solution[row];
        }
    }

    private int[] copiesOf(int[] component) {
        int count = 0;
        for (int f : component) {
            for (int copy = firstCopy[f]; copy >= 0; copy = nextCopy[copy]) {
                count++;
            }
        }
        int[] found = new int[count];
        for (int f : component) {
            for (int copy = firstCopy[f]; copy >= 0; copy = nextCopy[copy]) {
                found[--count] = copy;
            }
        }
        return found;
    }

    private int[] positions(int[] unknowns) {
        int[] position = new int[copies];
        Arrays.fill(position, -1);
        for (int i = 0; i < unknowns.length; i++) {
            position[unknowns[i]] = i;
        }
        return position;
    }

    private PlanningException infinite(int[] component, String what) {
        return new PlanningException(
                "SNT0307",
                "call cycle through " + model.name[component[0]] + ": it " + what
                        + " (expected: fewer than one call back per request). Maybe edges' rates and the functions'"
                        + " come from different windows.");
    }

    private Worth sum(Group[] groups) {
        double gbSeconds = 0;
        double residentMiB = 0;
        double latencyMs = 0;
        boolean everyoneCalled = true;
        for (int g = 0; g < groups.length; g++) {
            Group group = groups[g];
            double requests = 0;
            busy[g] = 0;
            cpu[g] = 0;
            for (int i = 0; i < group.members.length; i++) {
                int copy = groupStart[g] + i;
                int f = function[copy];
                if (rate[copy] > 0) {
                    cpu[g] += model.rate[f] > 0 ? model.cpu[f] * rate[copy] / model.rate[f] : 0;
                } else {
                    everyoneCalled &= group.members.length == 1;
                }
                if (homeCopy[f] == copy) {
                    requests += received[copy];
                    busy[g] += received[copy] * timeMs[copy] / 1000;
                    latencyMs += model.timeWeight[f] * timeMs[copy];
                }
            }
            replicas[g] = requests > 0
                    ? Math.max(1, Math.max(busy[g] / model.limits.concurrency(), cpu[g] / model.limits.cpuMillicores()))
                    : 0;
            gbSeconds += group.memoryMiB / 1024 * busy[g];
            residentMiB += replicas[g] * (group.memoryMiB + model.limits.sidecarMiB());
        }
        return new Worth(latencyMs, gbSeconds, residentMiB, copies, everyoneCalled);
    }
}
