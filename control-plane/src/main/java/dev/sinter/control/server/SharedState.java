package dev.sinter.control.server;

import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.LifecycleException;
import dev.sinter.control.platform.Workload;
import dev.sinter.merger.Tier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks fused workloads which members changed something that all members of their process share. Thread-safe. */
final class SharedState implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedState.class);

    /** Why a group ends that was fused in one process, and is tried again in several. */
    static final String CODE = "SNT0835";

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** As the runtime's metrics tell it; label values are escaped as Prometheus's text format says. */
    private static final Pattern TOUCHED = Pattern.compile(
            "^sinter_shared_state_touched\\{member=\"([^\"]*)\",what=\"((?:[^\"\\\\]|\\\\.)*)\"} 1$",
            Pattern.MULTILINE);

    private final int port;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    SharedState() {
        this(World.FUSED_ADMIN_PORT);
    }

    /** @param port where workloads tell their metrics */
    SharedState(int port) {
        this.port = port;
    }

    /**
     * What each member changed, by its name: nothing where every member has a process of its own, or the workload does not
     * tell (then it has the judge to get past).
     */
    SortedMap<String, SortedSet<String>> changes(GroupStatus group, Workload fused) {
        if (!Tier.IN_PROCESS.name().equals(group.tier()) || fused.address() == null) {
            return new TreeMap<>();
        }
        SortedMap<String, SortedSet<String>> changes = new TreeMap<>();
        Matcher matcher = TOUCHED.matcher(metrics(URI.create("http://" + fused.address() + ":" + port + "/metrics")));
        while (matcher.find()) {
            changes.computeIfAbsent(matcher.group(1), member -> new TreeSet<>())
                    .add(matcher.group(2).translateEscapes());
        }
        return changes;
    }

    private String metrics(URI uri) {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 200) {
                return response.body();
            }
            log.warn("SNT0836 {}: status {}", uri, response.statusCode());
        } catch (IOException e) {
            log.warn("SNT0836 {}: {}", uri, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LifecycleException("SNT0827", "interrupted while asking for shared state", e);
        }
        return "";
    }

    /** What to tell people of changes. */
    static String reason(Map<String, SortedSet<String>> changes) {
        StringBuilder text = new StringBuilder();
        changes.forEach((member, what) -> text.append(text.isEmpty() ? "" : "; ")
                .append(member)
                .append(" changed ")
                .append(String.join(", ", what)));
        return text
                + ", which all members of a process share (expected: state of its own). It gets a process of its own.";
    }

    @Override
    public void close() {
        client.close();
    }
}
