package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.core.InvocationBuilder.AsyncResultCallback;
import dev.sinter.control.platform.HostProcesses.Sum;
import dev.sinter.control.platform.Usage.Source;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what running workloads use: from this host's {@code /proc} where it shows them, else from the engine. */
final class UsageReader {

    private final DockerClient client;
    private final Containers containers;
    private final HostProcesses processes;

    UsageReader(DockerClient client, Containers containers, HostProcesses processes) {
        this.client = client;
        this.containers = containers;
        this.processes = processes;
    }

    List<Usage> read() {
        List<Container> runningList =
                containers.all().stream().filter(Containers::running).toList();
        Map<String, List<Container>> byWorkload = runningList.stream()
                .collect(
                        Collectors.groupingBy(container -> container.getLabels().getOrDefault(Labels.WORKLOAD, "")));
        Map<String, Sum> sumMap =
                processes.byContainer(runningList.stream().map(Container::getId).collect(Collectors.toSet()));
        List<Usage> usageList = new ArrayList<>();
        byWorkload.forEach((name, containerList) -> {
            Workload workload = Workloads.of(containerList);
            if (workload != null) {
                usageList.add(usage(workload, containerList, sumMap));
            }
        });
        usageList.sort(Comparator.comparing(Usage::workload));
        return List.copyOf(usageList);
    }

    private Usage usage(Workload workload, List<Container> containerList, Map<String, Sum> sumMap) {
        Figure function = Figure.NONE;
        Figure sidecar = Figure.NONE;
        for (Container container : containerList) {
            String role = container.getLabels().get(Labels.ROLE);
            Figure figure = figure(container.getId(), sumMap);
            if (Labels.ROLE_SIDECAR.equals(role) || Labels.ROLE_GATEWAY.equals(role)) {
                sidecar = figure;
            } else {
                function = figure;
            }
        }
        boolean measured = function.measured() && sidecar.measured();
        return new Usage(
                workload.name(),
                workload.role(),
                function.bytes(),
                sidecar.bytes(),
                function.cpu(),
                sidecar.cpu(),
                measured ? Source.PROPORTIONAL_SET_SIZE : Source.ENGINE_STATISTICS);
    }

    private record Figure(long bytes, Duration cpu, boolean measured) {
        private static final Figure NONE = new Figure(0, Duration.ZERO, true);
    }

    private Figure figure(String id, Map<String, Sum> sumMap) {
        Sum sum = sumMap.get(id);
        if (sum != null) {
            return new Figure(sum.proportionalBytes(), sum.cpu(), true);
        }
        return fromEngine(id);
    }

    private Figure fromEngine(String id) {
        AsyncResultCallback<Statistics> callback = new AsyncResultCallback<>();
        try (callback) {
            Statistics statistics =
                    client.statsCmd(id).withNoStream(true).exec(callback).awaitResult();
            return new Figure(memory(statistics), cpu(statistics), false);
        } catch (IOException | RuntimeException e) {
            return new Figure(0, Duration.ZERO, false);
        }
    }

    private static long memory(@Nullable Statistics statistics) {
        Long used = statistics == null || statistics.getMemoryStats() == null
                ? null
                : statistics.getMemoryStats().getUsage();
        return used == null ? 0 : used;
    }

    private static Duration cpu(@Nullable Statistics statistics) {
        Long nanos = statistics == null
                        || statistics.getCpuStats() == null
                        || statistics.getCpuStats().getCpuUsage() == null
                ? null
                : statistics.getCpuStats().getCpuUsage().getTotalUsage();
        return nanos == null ? Duration.ZERO : Duration.ofNanos(nanos);
    }
}
