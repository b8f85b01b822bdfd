package dev.sinter.control.routing;

import org.jspecify.annotations.Nullable;

/**
 * How a function's requests are shared out between its original and a fused workload.
 *
 * @param originalPercent 0 to 100; the rest goes to the fused workload
 * @param group of the fused workload; proxies know it already at 100 % original
 */
public record Split(int originalPercent, @Nullable String group) {
    public Split {
        if (originalPercent < 0 || originalPercent > 100 || (group == null && originalPercent != 100)) {
            throw new IllegalArgumentException("originalPercent: " + originalPercent + ", group: " + group
                    + " (expected: 0 to 100, and 100 without a group)");
        }
    }

    public static Split allOriginal() {
        return new Split(100, null);
    }

    public int fusedPercent() {
        return 100 - originalPercent;
    }
}
