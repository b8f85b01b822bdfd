package dev.sinter.control.compose;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations, sizes and shares of processors as Compose writes them. */
final class Units {

    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(us|ms|s|m|h|d)");
    private static final Map<String, Long> NANOS = Map.of(
            "us", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*([kmgt]?)i?b?");
    private static final Duration MAX_DURATION = Duration.ofDays(365);

    private Units() {}

    static Duration duration(Value value) {
        String text = value.text();
        Matcher part = PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            BigDecimal unit = BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L));
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
            end = part.end();
        }
        boolean zero = text.equals("0");
        if ((!zero && (end == 0 || end != text.length()))
                || nanos.compareTo(BigDecimal.valueOf(MAX_DURATION.toNanos())) > 0) {
            throw value.place().unexpected(text, "a duration up to a year such as 500ms, 10s or 1m30s");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    static long bytes(Value value) {
        Matcher size = SIZE.matcher(value.text().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw value.place().unexpected(value.text(), "a size such as 512m, 1.5g or a number of bytes");
        }
        int power = size.group(2).isEmpty() ? 0 : 1 + "kmgt".indexOf(size.group(2));
        BigDecimal bytes = new BigDecimal(size.group(1))
                .multiply(BigDecimal.valueOf(1L << (10 * power)))
                .setScale(0, RoundingMode.DOWN);
        if (bytes.signum() <= 0 || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw value.place().unexpected(value.text(), "more than 0 bytes, and no more than there can be");
        }
        return bytes.longValueExact();
    }

    static double cpus(Value value) {
        try {
            double cpus = Double.parseDouble(value.text());
            if (cpus > 0 && cpus <= 1024) {
                return cpus;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw value.place().unexpected(value.text(), "a number of processors above 0, up to 1024, such as 0.5");
    }
}
