package dev.sinter.control.compose;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads labels; those of Sinter must exist and have a value that means something. */
final class SinterLabels {

    private static final String PREFIX = "sinter.dev/";
    private static final String MODE = "sinter.dev/mode";
    private static final String OBJECTIVE = "sinter.dev/latency-objective-ms";
    private static final String SIZING = "sinter.dev/sizing";
    private static final Set<String> OF_SERVICES = Set.of(MODE, "sinter.dev/never-with", "sinter.dev/tiers");
    private static final Set<String> OF_APPLICATIONS =
            Set.of(MODE, "sinter.dev/never-with", "sinter.dev/tiers", OBJECTIVE, SIZING);

    private static final Set<String> MODES = Set.of("off", "recommend", "auto");
    private static final Set<String> SIZINGS = Set.of("observe", "apply");
    private static final double MAX_OBJECTIVE_MS = 3_600_000;

    private SinterLabels() {}

    static Map<String, String> ofService(@Nullable Value value) {
        return labels(value, OF_SERVICES);
    }

    static Map<String, String> ofApplication(@Nullable Value value) {
        return labels(value, OF_APPLICATIONS);
    }

    private static Map<String, String> labels(@Nullable Value value, Set<String> known) {
        Map<String, String> labelMap = ServiceReader.pairs(value, "=", false);
        if (value != null) {
            labelMap.forEach((label, setting) -> check(value.place(), label, setting, known));
        }
        return labelMap;
    }

    private static void check(Place place, String label, String setting, Set<String> known) {
        if (label.startsWith(PREFIX) && !known.contains(label)) {
            throw place.unexpected("label " + label, "one of " + String.join(", ", new TreeSet<>(known)));
        }
        String found = "label " + label + ": " + setting;
        if (label.equals(MODE) && !MODES.contains(setting)) {
            throw place.unexpected(found, "off, recommend or auto");
        }
        if (label.equals(SIZING) && !SIZINGS.contains(setting)) {
            throw place.unexpected(found, "observe or apply");
        }
        if (label.equals(OBJECTIVE) && !isMilliseconds(setting)) {
            throw place.unexpected(found, "milliseconds above 0, up to an hour, such as 250");
        }
    }

    private static boolean isMilliseconds(String text) {
        if (!text.matches("\\d{1,7}(\\.\\d{1,6})?")) {
            return false;
        }
        double milliseconds = Double.parseDouble(text);
        return milliseconds > 0 && milliseconds <= MAX_OBJECTIVE_MS;
    }
}
