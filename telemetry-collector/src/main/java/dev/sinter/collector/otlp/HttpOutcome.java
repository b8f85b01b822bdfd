package dev.sinter.collector.otlp;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a call failed, from what Envoy tags on its span. */
final class HttpOutcome {

    /** Response flags of exchanges that broke, whatever status had been sent before. */
    private static final Set<String> BROKEN = Set.of(
            "DC", "DPE", "DT", "LR", "NC", "NR", "OM", "SI", "UC", "UF", "UH", "UMSDR", "UO", "UPE", "UR", "URX", "UT");

    private HttpOutcome() {}

    /**
     * A 4xx is an answer, not a failure, although Envoy marks client spans so.
     *
     * @param status HTTP status, 0 if none came, -1 if the span has no such tag
     * @param flags Envoy's response flags, comma-separated, or null
     * @param errorStatus whether the span's own status is ERROR; decides only where the HTTP status is missing
     */
    static boolean failed(int status, @Nullable String flags, boolean errorStatus) {
        if (flags != null) {
            for (String flag : flags.split(",", 16)) {
                if (BROKEN.contains(flag)) {
                    return true;
                }
            }
        }
        return status < 0 ? errorStatus : status == 0 || status >= 500;
    }
}
