package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.control.setup.Commands;
import dev.sinter.control.setup.EngineEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Changes what a running container may use. */
final class LiveLimits {

    static final long CPU_PERIOD_MICROS = 100_000;

    /** The kernel takes no smaller one. */
    private static final long LEAST_QUOTA_MICROS = 1000;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final DockerClient client;
    private final EngineEndpoint engine;
    private final Commands commands;

    LiveLimits(DockerClient client, EngineEndpoint engine, Commands commands) {
        this.client = client;
        this.engine = engine;
        this.commands = commands;
    }

    /** Engines refuse to change by a quota what was made by a number of processors, and the reverse: so both are by quota. */
    static long cpuQuotaMicros(double cpus) {
        return Math.max(LEAST_QUOTA_MICROS, Math.round(cpus * CPU_PERIOD_MICROS));
    }

    /**
     * A limit that is null stays what it is.
     *
     * @throws PlatformException {@code SNT0615} if the engine refuses
     */
    void change(String id, String workload, Resources limits) {
        // Podman takes a policy that is not named for none.
        UpdateContainerCmd command = client.updateContainerCmd(id).withRestartPolicy(MainContainer.RESTART_POLICY);
        Long memoryBytes = limits.memoryBytes();
        if (memoryBytes != null) {
            command.withMemory(memoryBytes).withMemorySwap(swapBytes(memoryBytes));
        }
        Double cpus = limits.cpus();
        if (cpus != null) {
            command.withCpuPeriod(CPU_PERIOD_MICROS).withCpuQuota(cpuQuotaMicros(cpus));
        }
        try {
            command.exec();
        } catch (NotFoundException e) {
            if (engine.kind() != EngineEndpoint.Kind.PODMAN) {
                throw e;
            }
            changeByProgram(id, workload, limits);
        }
    }

    /** With memory and swap together twice the memory, as engines have it where only memory is named at the start. */
    private static long swapBytes(long memoryBytes) {
        return Math.multiplyExact(2, memoryBytes);
    }

    /** Podman has Docker's request since 5.1, its program could do it before. */
    private void changeByProgram(String id, String workload, Resources limits) {
        List<String> argv = new ArrayList<>(List.of("podman", "update"));
        Long memoryBytes = limits.memoryBytes();
        if (memoryBytes != null) {
            argv.addAll(List.of("--memory", memoryBytes + "b", "--memory-swap", swapBytes(memoryBytes) + "b"));
        }
        Double cpus = limits.cpus();
        if (cpus != null) {
            argv.addAll(List.of(
                    "--cpu-period",
                    Long.toString(CPU_PERIOD_MICROS),
                    "--cpu-quota",
                    Long.toString(cpuQuotaMicros(cpus))));
        }
        argv.add(id);
        Path conf = engine.containersConf();
        Map<String, String> environment = conf == null ? Map.of() : Map.of("CONTAINERS_CONF", conf.toString());
        Commands.Finished finished = commands.run(TIMEOUT, environment, argv);
        if (!finished.ok()) {
            throw new PlatformException(
                    "SNT0615",
                    workload
                            + ": its limits cannot be changed while it runs (expected: Docker, or Podman 4.3 or later)."
                            + " The engine said: " + finished.tail(3));
        }
    }
}
