package dev.sinter.control.compose;

import java.util.Comparator;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What one kind of mapping may hold.
 *
 * @param supported keys that are read
 * @param withoutEffect keys of Compose that change nothing here: a warning each
 * @param refused keys of Compose that would change something Sinter cannot do
 */
record Keys(Set<String> supported, Set<String> withoutEffect, Set<String> refused) {

    /** No key of Compose is longer, so no longer one is a misspelling. */
    private static final int MAX_KEY = 40;

    static final Keys TOP = new Keys(
            Set.of("name", "services", "volumes", "labels"),
            Set.of("version", "networks"),
            Set.of("configs", "include", "models", "secrets"));

    static final Keys SERVICE = new Keys(
            Set.of(
                    "image",
                    "build",
                    "command",
                    "entrypoint",
                    "environment",
                    "env_file",
                    "working_dir",
                    "user",
                    "ports",
                    "expose",
                    "volumes",
                    "depends_on",
                    "healthcheck",
                    "deploy",
                    "labels",
                    "extra_hosts",
                    "init",
                    "stop_signal",
                    "stop_grace_period",
                    "read_only",
                    "tmpfs"),
            Set.of(
                    "annotations",
                    "attach",
                    "container_name",
                    "develop",
                    "domainname",
                    "hostname",
                    "logging",
                    "networks",
                    "platform",
                    "pull_policy",
                    "restart",
                    "stdin_open",
                    "tty"),
            Set.of(
                    "blkio_config",
                    "cap_add",
                    "cap_drop",
                    "cgroup",
                    "cgroup_parent",
                    "configs",
                    "cpu_count",
                    "cpu_percent",
                    "cpu_period",
                    "cpu_quota",
                    "cpu_rt_period",
                    "cpu_rt_runtime",
                    "cpu_shares",
                    "cpus",
                    "cpuset",
                    "credential_spec",
                    "device_cgroup_rules",
                    "devices",
                    "dns",
                    "dns_opt",
                    "dns_search",
                    "extends",
                    "external_links",
                    "gpus",
                    "group_add",
                    "ipc",
                    "isolation",
                    "label_file",
                    "links",
                    "mac_address",
                    "mem_limit",
                    "mem_reservation",
                    "mem_swappiness",
                    "memswap_limit",
                    "models",
                    "network_mode",
                    "oom_kill_disable",
                    "oom_score_adj",
                    "pid",
                    "pids_limit",
                    "post_start",
                    "pre_stop",
                    "privileged",
                    "profiles",
                    "provider",
                    "runtime",
                    "scale",
                    "secrets",
                    "security_opt",
                    "shm_size",
                    "storage_opt",
                    "sysctls",
                    "ulimits",
                    "use_api_socket",
                    "userns_mode",
                    "uts",
                    "volumes_from"));

    static final Keys BUILD = new Keys(
            Set.of("context", "dockerfile", "args"),
            Set.of("cache_from", "cache_to", "no_cache", "pull", "provenance", "sbom"),
            Set.of(
                    "additional_contexts",
                    "dockerfile_inline",
                    "entitlements",
                    "extra_hosts",
                    "isolation",
                    "labels",
                    "network",
                    "platforms",
                    "privileged",
                    "secrets",
                    "shm_size",
                    "ssh",
                    "tags",
                    "target",
                    "ulimits"));

    static final Keys HEALTHCHECK = new Keys(
            Set.of("test", "interval", "timeout", "retries", "start_period", "disable"),
            Set.of("start_interval"),
            Set.of());

    static final Keys DEPLOY = new Keys(
            Set.of("resources", "replicas"),
            Set.of(
                    "endpoint_mode",
                    "labels",
                    "mode",
                    "placement",
                    "restart_policy",
                    "rollback_config",
                    "update_config"),
            Set.of());

    static final Keys RESOURCES = new Keys(Set.of("limits"), Set.of("reservations"), Set.of());
    static final Keys LIMITS = new Keys(Set.of("cpus", "memory"), Set.of(), Set.of("pids"));
    static final Keys PORT = new Keys(
            Set.of("target", "published", "host_ip", "protocol"), Set.of("app_protocol", "mode", "name"), Set.of());
    static final Keys MOUNT = new Keys(
            Set.of("type", "source", "target", "read_only"), Set.of("bind", "volume", "consistency"), Set.of("tmpfs"));
    static final Keys DEPENDENCY = new Keys(Set.of("condition"), Set.of("restart"), Set.of("required"));
    static final Keys ENV_FILE = new Keys(Set.of("path", "required"), Set.of(), Set.of("format"));
    static final Keys VOLUME =
            new Keys(Set.of(), Set.of("labels"), Set.of("driver", "driver_opts", "external", "name"));

    /** Warns of keys without effect, fails on all others that are not supported; {@code x-…} is ignored. */
    SequencedMap<String, Value> check(Value value, Consumer<String> warnings) {
        SequencedMap<String, Value> fieldMap = value.fields();
        fieldMap.forEach((key, field) -> {
            if (supported.contains(key) || key.startsWith("x-")) {
                return;
            }
            Place place = value.place().child(key, field.place().line());
            if (!withoutEffect.contains(key)) {
                throw unknown(key, place);
            }
            warnings.accept(place.file() + ":" + place.line() + ": " + place.path() + " has no effect here.");
        });
        return fieldMap;
    }

    private ComposeException unknown(String key, Place place) {
        String known = "expected: one of " + String.join(", ", new TreeSet<>(supported));
        if (refused.contains(key)) {
            return place.error(
                    "SNT0502", place.path() + ": Sinter does not support this key of Compose (" + known + ").");
        }
        return place.error("SNT0502", place.path() + ": unknown key (" + known + ")." + nearest(key));
    }

    private String nearest(String key) {
        if (key.length() > MAX_KEY) {
            return "";
        }
        return Stream.of(supported, withoutEffect, refused)
                .flatMap(Set::stream)
                .filter(known -> distance(key, known) <= Math.max(1, known.length() / 3))
                .min(Comparator.comparingInt((String known) -> distance(key, known))
                        .thenComparing(Comparator.naturalOrder()))
                .map(known -> " Maybe " + known + " is meant.")
                .orElse("");
    }

    /** Edit distance with adjacent letters swapped counted once (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + change);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
            }
        }
        return cost[a.length()][b.length()];
    }
}
