package dev.sinter.control.server;

import dev.sinter.control.store.H2GroupStore;
import org.jspecify.annotations.Nullable;

/** What was measured of a group and is still needed after a restart, when it cannot be measured again. */
final class SizeMemory {

    private static final String BEFORE_MS = "latencyBeforeMs/";
    private static final String PEAK_MIB = "peakMiB/";

    private final H2GroupStore store;

    SizeMemory(H2GroupStore store) {
        this.store = store;
    }

    /** What a typical request took before fusion; null if that was never measured. */
    @Nullable
    Double beforeMs(String group) {
        String stored = store.setting(BEFORE_MS + group);
        return stored == null ? null : Double.valueOf(stored);
    }

    void putBeforeMs(String group, double milliseconds) {
        store.putSetting(BEFORE_MS + group, Double.toString(milliseconds));
    }

    /** The largest working set of a group's fused workload since it was started, as far as it was remembered. */
    double peakMiB(String group) {
        String stored = store.setting(PEAK_MIB + group);
        return stored == null ? 0 : Double.parseDouble(stored);
    }

    void putPeakMiB(String group, double mebibytes) {
        store.putSetting(PEAK_MIB + group, Double.toString(mebibytes));
    }
}
