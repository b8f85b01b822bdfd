package dev.sinter.planner.sizing;

/**
 * How latency depends on CPU: what a request waits for others stays; its own CPU time is stretched by a limit below one
 * core, and by the other requests that share the CPU (processor sharing, M/G/1). A request uses one core at a time.
 *
 * @param waitingMs of a request that no CPU shortens
 * @param cpuMs of a request on a core of its own
 * @param usedMillicores by all requests
 */
record CpuLatency(double waitingMs, double cpuMs, double usedMillicores) {
    private static final double CORE = 1000;

    /** Fitted to a measurement: whatever the CPU does not explain at that size is waiting. */
    static CpuLatency fitted(Measurement seen) {
        CpuLatency cpuOnly = new CpuLatency(0, seen.cpuMsPerRequest(), seen.usedMillicores());
        double explained = cpuOnly.atMs(seen.size().cpuMillicores());
        double waiting = Double.isInfinite(explained) ? 0 : Math.max(0, seen.latencyMs() - explained);
        return new CpuLatency(waiting, seen.cpuMsPerRequest(), seen.usedMillicores());
    }

    /** Latency at a CPU limit; infinite where the limit is used up. */
    double atMs(double cpuMillicores) {
        if (cpuMs == 0) {
            return waitingMs;
        }
        double free = 1 - usedMillicores / cpuMillicores;
        return free > 0 ? waitingMs + cpuMs / (Math.min(1, cpuMillicores / CORE) * free) : Double.POSITIVE_INFINITY;
    }
}
