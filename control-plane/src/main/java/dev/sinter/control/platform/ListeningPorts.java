package dev.sinter.control.platform;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads which TCP ports a network namespace listens on from {@code /proc/PID/net/tcp} and {@code tcp6} (format: proc(5)).
 * Connecting would not tell: inside a captured namespace Envoy accepts for every port.
 */
final class ListeningPorts {

    private static final String LISTEN = "0A";

    private ListeningPorts() {}

    static Set<Integer> parse(String table) {
        return table.lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(field -> field.length > 3 && field[3].equals(LISTEN) && field[1].indexOf(':') > 0)
                .map(field -> Integer.parseInt(field[1].substring(field[1].indexOf(':') + 1), 16))
                .collect(Collectors.toUnmodifiableSet());
    }
}
