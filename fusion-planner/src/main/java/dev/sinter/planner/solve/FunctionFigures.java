package dev.sinter.planner.solve;

import dev.sinter.planner.graph.FunctionNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a graph says of each function, by number. Immutable by convention: nobody writes to the arrays. */
final class FunctionFigures {
    final int size;
    final String[] name;
    final double[] rate;
    final double[] busyMs;
    final double[] baseMiB;
    final double[] ownMiB;
    final double[] cpu;
    final int[] runtime;
    final int[] trust;
    /** Number of different runtimes. */
    final int runtimes;

    private FunctionFigures(int size, int runtimes) {
        this.size = size;
        this.runtimes = runtimes;
        name = new String[size];
        rate = new double[size];
        busyMs = new double[size];
        baseMiB = new double[size];
        ownMiB = new double[size];
        cpu = new double[size];
        runtime = new int[size];
        trust = new int[size];
    }

    static FunctionFigures of(List<FunctionNode> functions) {
        Map<String, Integer> runtimeIds = new HashMap<>();
        Map<String, Integer> trustIds = new HashMap<>();
        for (FunctionNode function : functions) {
            runtimeIds.putIfAbsent(function.runtime(), runtimeIds.size());
            trustIds.putIfAbsent(function.trust(), trustIds.size());
        }
        FunctionFigures figures = new FunctionFigures(functions.size(), runtimeIds.size());
        for (int f = 0; f < figures.size; f++) {
            FunctionNode function = functions.get(f);
            figures.name[f] = function.name();
            figures.rate[f] = function.ratePerSecond();
            figures.busyMs[f] = function.busyMs();
            figures.baseMiB[f] = function.baseMiB();
            figures.ownMiB[f] = function.ownMiB();
            figures.cpu[f] = function.cpuMillicores();
            figures.runtime[f] = runtimeIds.getOrDefault(function.runtime(), 0);
            figures.trust[f] = trustIds.getOrDefault(function.trust(), 0);
        }
        return figures;
    }

    /**
     * Those of some functions, numbered anew.
     *
     * @param functions ascending
     * @param waitingMs by their new numbers, added to busy times
     */
    FunctionFigures part(int[] functions, double[] waitingMs) {
        FunctionFigures part = new FunctionFigures(functions.length, runtimes);
        for (int i = 0; i < functions.length; i++) {
            int f = functions[i];
            part.name[i] = name[f];
            part.rate[i] = rate[f];
            part.busyMs[i] = busyMs[f] + waitingMs[i];
            part.baseMiB[i] = baseMiB[f];
            part.ownMiB[i] = ownMiB[f];
            part.cpu[i] = cpu[f];
            part.runtime[i] = runtime[f];
            part.trust[i] = trust[f];
        }
        return part;
    }

    /** Whether two functions have traffic and one trust domain. */
    boolean mayShare(int f, int j) {
        return f != j && trust[f] == trust[j] && rate[f] > 0 && rate[j] > 0;
    }
}
