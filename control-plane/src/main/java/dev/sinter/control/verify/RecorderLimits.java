package dev.sinter.control.verify;

/**
 * What a recorder keeps of each function.
 *
 * @param requests distinct ones; the one not seen for longest gives way
 * @param bytes of them all
 * @param requestBytes of one; larger ones are not kept
 */
public record RecorderLimits(int requests, long bytes, long requestBytes) {
    public static final RecorderLimits DEFAULT = new RecorderLimits(32, 256 << 10, 16 << 10);
}
