package dev.sinter.planner.sizing;

/**
 * Head-room and limits of sizes.
 *
 * @param memoryFactor memory given per peak working set
 * @param memoryReserveMiB least memory given beyond the peak
 * @param afterOutOfMemory factor on the memory of an instance that ran out of it
 * @param cpuFactor CPU given per CPU used, at least
 * @param caution a smaller size must keep this share of the latency objective free
 * @param smallestMillicores least CPU given
 * @param largest size of one instance
 * @param mibPerMillicore memory that costs as much as one millicore
 */
public record SizingPolicy(
        double memoryFactor,
        double memoryReserveMiB,
        double afterOutOfMemory,
        double cpuFactor,
        double caution,
        double smallestMillicores,
        Size largest,
        double mibPerMillicore) {

    /** A quarter more memory than ever seen, a third more CPU; a core costs as much as 4 GiB. */
    public static final SizingPolicy DEFAULT =
            new SizingPolicy(1.25, 16, 1.5, 1.3, 0.1, 50, new Size(8192, 4000), 4096 / 1000.0);

    /** The same on a machine, or for an instance, of another size. */
    public SizingPolicy withLargest(Size other) {
        return new SizingPolicy(
                memoryFactor,
                memoryReserveMiB,
                afterOutOfMemory,
                cpuFactor,
                caution,
                smallestMillicores,
                other,
                mibPerMillicore);
    }

    double cost(Size size) {
        return size.memoryMiB() + mibPerMillicore * size.cpuMillicores();
    }
}
