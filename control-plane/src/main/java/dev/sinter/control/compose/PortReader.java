package dev.sinter.control.compose;

import dev.sinter.control.compose.Service.PublishedPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code ports} and {@code expose}, short and long. Only TCP: traffic is HTTP, through the gateway. */
final class PortReader {

    private static final int MAX_PORT = 65535;
    private static final Pattern SHORT = Pattern.compile(
            "(?:(?<address>\\[[0-9a-fA-F:.]+]|\\d+(?:\\.\\d+){3}):)?(?:(?<host>\\d{1,5}(?:-\\d{1,5})?)?:)?"
                    + "(?<container>\\d{1,5}(?:-\\d{1,5})?)(?:/(?<protocol>\\w+))?");
    private static final String EXPECTED =
            "[[ADDRESS:]HOST_PORT:]CONTAINER_PORT such as 8080:80, ranges of equal length";

    private final Consumer<String> warnings;

    PortReader(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    List<PublishedPort> ports(@Nullable Value value) {
        List<PublishedPort> portList = new ArrayList<>();
        for (Value port : value == null || value.isNull() ? List.<Value>of() : value.items()) {
            portList.addAll(port instanceof Value.Fields ? List.of(longForm(port)) : shortForm(port));
        }
        return List.copyOf(portList);
    }

    List<Integer> expose(@Nullable Value value) {
        List<Integer> portList = new ArrayList<>();
        for (Value port : value == null || value.isNull() ? List.<Value>of() : value.items()) {
            Matcher matcher = SHORT.matcher(port.text());
            if (!matcher.matches() || matcher.group("host") != null || matcher.group("address") != null) {
                throw port.place().unexpected(port.text(), "a container port such as 8080");
            }
            requireTcp(port, matcher.group("protocol"));
            Range range = range(port, matcher.group("container"));
            for (int i = 0; i < range.count(); i++) {
                portList.add(range.first() + i);
            }
        }
        return List.copyOf(portList);
    }

    private static List<PublishedPort> shortForm(Value port) {
        Matcher matcher = SHORT.matcher(port.text());
        if (!matcher.matches()) {
            throw port.place().unexpected(port.text(), EXPECTED);
        }
        requireTcp(port, matcher.group("protocol"));
        String address = matcher.group("address");
        Range container = range(port, matcher.group("container"));
        Range host = matcher.group("host") == null ? null : range(port, matcher.group("host"));
        if (host != null && host.count() != container.count()) {
            throw port.place().unexpected(port.text(), EXPECTED);
        }
        List<PublishedPort> portList = new ArrayList<>();
        for (int i = 0; i < container.count(); i++) {
            portList.add(new PublishedPort(
                    address == null ? null : address.replaceAll("[\\[\\]]", ""),
                    host == null ? 0 : host.first() + i,
                    container.first() + i));
        }
        return portList;
    }

    private PublishedPort longForm(Value port) {
        Map<String, Value> fieldMap = Keys.PORT.check(port, warnings);
        Value target = fieldMap.get("target");
        if (target == null) {
            throw port.place().unexpected("no `target`", "the container port as `target`");
        }
        Value protocol = fieldMap.get("protocol");
        requireTcp(port, protocol == null ? null : protocol.text());
        Value published = fieldMap.get("published");
        Value address = fieldMap.get("host_ip");
        return new PublishedPort(
                address == null ? null : address.text(),
                published == null ? 0 : published.integer(0, MAX_PORT),
                target.integer(1, MAX_PORT));
    }

    private static void requireTcp(Value port, @Nullable String protocol) {
        if (protocol != null && !protocol.equals("tcp")) {
            throw port.place().unexpected("protocol " + protocol, "tcp, since Sinter routes HTTP");
        }
    }

    private record Range(int first, int count) {}

    private static Range range(Value port, String text) {
        List<Integer> endList =
                List.of(text.split("-", -1)).stream().map(Integer::valueOf).toList();
        int first = endList.getFirst();
        int last = endList.getLast();
        if (first < 1 || last > MAX_PORT || last < first || last - first >= 1000) {
            throw port.place().unexpected(text, "ports from 1 to " + MAX_PORT + ", at most 1000 of them, in order");
        }
        return new Range(first, last - first + 1);
    }
}
