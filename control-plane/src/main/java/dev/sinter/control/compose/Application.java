package dev.sinter.control.compose;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * One Compose application.
 *
 * @param name project name: the file's {@code name}, else its directory's, in lower case
 * @param directory directory that relative paths of the file start from
 * @param labels labels of the whole application, such as {@code sinter.dev/mode}
 * @param services by name, in the file's order
 * @param warnings one line for each key that has no effect here, with file and line
 */
public record Application(
        String name,
        Path directory,
        Map<String, String> labels,
        SequencedMap<String, Service> services,
        List<String> warnings) {

    public Application {
        labels = Map.copyOf(labels);
        services = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(services));
        warnings = List.copyOf(warnings);
    }

    /**
     * Services in waves: each service comes in a later wave than everything it depends on, and a wave can start at
     * once. The reader has made sure that dependencies exist and form no cycle.
     */
    public List<List<Service>> startOrder() {
        List<List<Service>> waveList = new ArrayList<>();
        Set<String> started = new LinkedHashSet<>();
        while (started.size() < services.size()) {
            List<Service> wave = services.values().stream()
                    .filter(service -> !started.contains(service.name()))
                    .filter(service -> started.containsAll(service.dependsOn().keySet()))
                    .toList();
            if (wave.isEmpty()) {
                throw new IllegalStateException("services: depend on each other in a circle (expected: none)");
            }
            wave.forEach(service -> started.add(service.name()));
            waveList.add(wave);
        }
        return List.copyOf(waveList);
    }
}
