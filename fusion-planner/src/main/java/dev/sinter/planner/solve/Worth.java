package dev.sinter.planner.solve;

/**
 * What a layout is worth.
 *
 * @param latencyMs mean over requests from outside
 * @param gbSecondsPerSecond GB-seconds per second
 * @param residentMiB memory of all instances with proxies
 * @param members of all groups in sum
 * @param everyoneCalled whether every member of a group of several receives calls
 */
record Worth(double latencyMs, double gbSecondsPerSecond, double residentMiB, int members, boolean everyoneCalled) {}
