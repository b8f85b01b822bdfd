package dev.sinter.control.compose;

import dev.sinter.control.compose.Service.Build;
import dev.sinter.control.compose.Service.Condition;
import dev.sinter.control.compose.Service.Healthcheck;
import dev.sinter.control.compose.Service.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads one service. */
final class ServiceReader {

    private final Path directory;
    private final Map<String, String> variables;
    private final Consumer<String> warnings;
    private final PortReader portReader;
    private final MountReader mountReader;

    /** @param variables what variables without a value in {@code environment} take theirs from */
    ServiceReader(Path directory, Map<String, String> variables, Set<String> volumeNames, Consumer<String> warnings) {
        this.directory = directory;
        this.variables = variables;
        this.warnings = warnings;
        this.portReader = new PortReader(warnings);
        this.mountReader = new MountReader(
                directory, variables.getOrDefault("HOME", System.getProperty("user.home", "/")), volumeNames, warnings);
    }

    Service read(String name, Value value) {
        SequencedMap<String, Value> fieldMap = Keys.SERVICE.check(value, warnings);
        String image = text(fieldMap.get("image"));
        Build build = build(fieldMap.get("build"));
        if (image == null && build == null) {
            throw value.place()
                    .error("SNT0506", value.place().path() + ": neither `image` nor `build` (expected: one).");
        }
        Map<String, String> environment = new LinkedHashMap<>(envFiles(fieldMap.get("env_file")));
        environment.putAll(environment(fieldMap.get("environment")));
        Value stopGrace = fieldMap.get("stop_grace_period");
        Value init = fieldMap.get("init");
        Value readOnly = fieldMap.get("read_only");
        return new Service(
                name,
                image,
                build,
                argv(fieldMap.get("command")),
                argv(fieldMap.get("entrypoint")),
                environment,
                text(fieldMap.get("working_dir")),
                text(fieldMap.get("user")),
                portReader.ports(fieldMap.get("ports")),
                portReader.expose(fieldMap.get("expose")),
                mountReader.volumes(fieldMap.get("volumes")),
                dependsOn(fieldMap.get("depends_on")),
                healthcheck(fieldMap.get("healthcheck")),
                resources(fieldMap.get("deploy")),
                SinterLabels.ofService(fieldMap.get("labels")),
                extraHosts(fieldMap.get("extra_hosts")),
                (init == null || init.isNull()) ? null : init.bool(),
                text(fieldMap.get("stop_signal")),
                (stopGrace == null || stopGrace.isNull()) ? null : Units.duration(stopGrace),
                readOnly != null && !readOnly.isNull() && readOnly.bool(),
                MountReader.tmpfs(fieldMap.get("tmpfs")));
    }

    private @Nullable Build build(@Nullable Value value) {
        if (value == null || value.isNull()) {
            return null;
        }
        if (value instanceof Value.Scalar) {
            return new Build(path(value), null, Map.of());
        }
        SequencedMap<String, Value> fieldMap = Keys.BUILD.check(value, warnings);
        Value context = fieldMap.get("context");
        Map<String, String> argMap = new LinkedHashMap<>();
        fromVariables(fieldMap.get("args"), argMap);
        return new Build(context == null ? directory : path(context), text(fieldMap.get("dockerfile")), argMap);
    }

    private Path path(Value value) {
        if (value.text().contains("://")) {
            throw value.place().unexpected(value.text(), "a directory of this host");
        }
        try {
            return directory.resolve(value.text()).normalize();
        } catch (InvalidPathException e) {
            throw value.place().unexpected(value.text(), "a path of this host");
        }
    }

    private Map<String, String> envFiles(@Nullable Value value) {
        Map<String, String> variableMap = new LinkedHashMap<>();
        for (Value entry : value == null || value.isNull() ? List.<Value>of() : value.oneOrMore()) {
            boolean required = true;
            Value file = entry;
            if (entry instanceof Value.Fields) {
                SequencedMap<String, Value> fieldMap = Keys.ENV_FILE.check(entry, warnings);
                file = fieldMap.get("path");
                Value isRequired = fieldMap.get("required");
                required = isRequired == null || isRequired.bool();
                if (file == null) {
                    throw entry.place().unexpected("no `path`", "the file as `path`");
                }
            }
            Path path = path(file);
            if (!required && !Files.exists(path)) {
                continue;
            }
            try {
                variableMap.putAll(EnvFile.read(path, variables));
            } catch (IOException e) {
                throw file.place()
                        .error(
                                "SNT0505",
                                file.place().path() + ": " + path + ": " + e
                                        + " (expected: a file of KEY=VALUE lines).");
            }
        }
        return variableMap;
    }

    private Map<String, String> environment(@Nullable Value value) {
        Map<String, String> variableMap = new LinkedHashMap<>();
        fromVariables(value, variableMap);
        return variableMap;
    }

    /** A name without a value takes the value it has outside; without one there, it is left out. */
    private void fromVariables(@Nullable Value value, Map<String, String> into) {
        if (value instanceof Value.Fields fields) {
            fields.values().forEach((key, field) -> put(key, field.isNull() ? variables.get(key) : field.text(), into));
            return;
        }
        for (Value entry : value == null || value.isNull() ? List.<Value>of() : value.items()) {
            String text = entry.text();
            int equals = text.indexOf('=');
            String key = equals < 0 ? text : text.substring(0, equals);
            if (key.isEmpty()) {
                throw entry.place().unexpected(text, "KEY=VALUE or KEY");
            }
            put(key, equals < 0 ? variables.get(key) : text.substring(equals + 1), into);
        }
    }

    private static void put(String key, @Nullable String value, Map<String, String> into) {
        if (value != null) {
            into.put(key, value);
        }
    }

    private static @Nullable List<String> argv(@Nullable Value value) {
        if (value == null || value.isNull()) {
            return null;
        }
        return value instanceof Value.Items items
                ? items.values().stream().map(Value::text).toList()
                : ShellWords.split(value);
    }

    private Map<String, Condition> dependsOn(@Nullable Value value) {
        Map<String, Condition> conditionMap = new LinkedHashMap<>();
        if (value instanceof Value.Fields fields) {
            fields.values().forEach((service, dependency) -> {
                Value condition = Keys.DEPENDENCY.check(dependency, warnings).get("condition");
                conditionMap.put(service, condition == null ? Condition.STARTED : condition(condition));
            });
            return conditionMap;
        }
        for (Value service : value == null || value.isNull() ? List.<Value>of() : value.items()) {
            conditionMap.put(service.text(), Condition.STARTED);
        }
        return conditionMap;
    }

    private static Condition condition(Value value) {
        return switch (value.text()) {
            case "service_started" -> Condition.STARTED;
            case "service_healthy" -> Condition.HEALTHY;
            default -> throw value.place().unexpected(value.text(), "service_started or service_healthy");
        };
    }

    /** Defaults are Docker's: every 30 s, at most 30 s, three times. */
    private @Nullable Healthcheck healthcheck(@Nullable Value value) {
        if (value == null || value.isNull()) {
            return null;
        }
        SequencedMap<String, Value> fieldMap = Keys.HEALTHCHECK.check(value, warnings);
        Value disable = fieldMap.get("disable");
        Value test = fieldMap.get("test");
        if (test == null && (disable == null || !disable.bool())) {
            throw value.place().unexpected("no `test`", "what to run as `test`, or `disable: true`");
        }
        Value retries = fieldMap.get("retries");
        return new Healthcheck(
                test == null || (disable != null && disable.bool()) ? List.of() : test(test),
                duration(fieldMap.get("interval"), Duration.ofSeconds(30)),
                duration(fieldMap.get("timeout"), Duration.ofSeconds(30)),
                retries == null ? 3 : retries.integer(1, 1000),
                duration(fieldMap.get("start_period"), Duration.ZERO));
    }

    private static List<String> test(Value value) {
        if (value instanceof Value.Scalar) {
            return List.of("/bin/sh", "-c", value.text());
        }
        List<String> wordList = value.items().stream().map(Value::text).toList();
        String kind = wordList.isEmpty() ? "" : wordList.getFirst();
        List<String> rest = wordList.isEmpty() ? wordList : wordList.subList(1, wordList.size());
        if (kind.equals("NONE")) {
            return List.of();
        }
        if (kind.equals("CMD") && !rest.isEmpty()) {
            return rest;
        }
        if (kind.equals("CMD-SHELL") && rest.size() == 1) {
            return List.of("/bin/sh", "-c", rest.getFirst());
        }
        throw value.place().unexpected(wordList.toString(), "[CMD, PROGRAM, …], [CMD-SHELL, TEXT] or [NONE]");
    }

    private static Duration duration(@Nullable Value value, Duration otherwise) {
        return value == null || value.isNull() ? otherwise : Units.duration(value);
    }

    private Resources resources(@Nullable Value value) {
        if (value == null || value.isNull()) {
            return Resources.UNLIMITED;
        }
        SequencedMap<String, Value> deployMap = Keys.DEPLOY.check(value, warnings);
        Value replicas = deployMap.get("replicas");
        if (replicas != null && replicas.integer(0, 1_000_000) != 1) {
            throw replicas.place().unexpected(replicas.text(), "1: on one machine each function runs once");
        }
        Value resources = deployMap.get("resources");
        Value limits = resources == null
                ? null
                : Keys.RESOURCES.check(resources, warnings).get("limits");
        if (limits == null || limits.isNull()) {
            return Resources.UNLIMITED;
        }
        SequencedMap<String, Value> limitMap = Keys.LIMITS.check(limits, warnings);
        Value cpus = limitMap.get("cpus");
        Value memory = limitMap.get("memory");
        return new Resources(cpus == null ? null : Units.cpus(cpus), memory == null ? null : Units.bytes(memory));
    }

    private static Map<String, String> extraHosts(@Nullable Value value) {
        return pairs(value, "=:", true);
    }

    /** {@code KEY<separator>VALUE} texts in a list, or keys and values. */
    static Map<String, String> pairs(@Nullable Value value, String separators, boolean valueNeeded) {
        Map<String, String> pairMap = new LinkedHashMap<>();
        if (value instanceof Value.Fields fields) {
            fields.values().forEach((key, field) -> pairMap.put(key, field.isNull() ? "" : field.text()));
            return pairMap;
        }
        List<Value> entryList = value == null || value.isNull() ? List.of() : new ArrayList<>(value.items());
        for (Value entry : entryList) {
            String text = entry.text();
            int at = 0;
            while (at < text.length() && separators.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            if (at == 0 || (valueNeeded && at >= text.length() - 1)) {
                throw entry.place().unexpected(text, "KEY" + separators.charAt(0) + "VALUE");
            }
            pairMap.put(text.substring(0, at), at >= text.length() ? "" : text.substring(at + 1));
        }
        return pairMap;
    }

    private static @Nullable String text(@Nullable Value value) {
        return value == null || value.isNull() ? null : value.text();
    }
}
