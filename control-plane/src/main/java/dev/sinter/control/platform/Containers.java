package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.ExecCreateCmdResponse;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The engine's containers of one application, by the few calls the platform needs. Safe for concurrent use. */
final class Containers {

    private static final int MAX_OUTPUT_BYTES = 256 * 1024;
    private static final int LOG_SECONDS = 10;

    private final DockerClient client;
    private final String application;

    Containers(DockerClient client, String application) {
        this.client = client;
        this.application = application;
    }

    String name(String workload, String role) {
        String suffix = role.equals(Labels.ROLE_SIDECAR) ? "-sidecar" : "";
        return "sinter-" + application + "-" + workload + suffix;
    }

    List<Container> all() {
        return client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.APPLICATION, application))
                .exec();
    }

    List<Container> of(String workload) {
        return client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.APPLICATION, application, Labels.WORKLOAD, workload))
                .exec();
    }

    static @Nullable Container withRole(List<Container> containerList, String role) {
        return containerList.stream()
                .filter(container -> role.equals(container.getLabels().get(Labels.ROLE)))
                .findFirst()
                .orElse(null);
    }

    static boolean running(Container container) {
        return "running".equals(container.getState());
    }

    InspectContainerResponse inspect(String id) {
        return client.inspectContainerCmd(id).exec();
    }

    void start(String id) {
        try {
            client.startContainerCmd(id).exec();
        } catch (NotModifiedException e) {
            // It runs already.
        }
    }

    void stop(String id, Duration grace) {
        try {
            client.stopContainerCmd(id)
                    .withTimeout((int) Math.max(0, (grace.toMillis() + 999) / 1000))
                    .exec();
        } catch (NotModifiedException | NotFoundException e) {
            // It does not run.
        }
    }

    /** Kills first: some engines grant a removed container its whole grace period. */
    void remove(String id) {
        try {
            client.killContainerCmd(id).exec();
        } catch (ConflictException | NotFoundException e) {
            // It does not run.
        } catch (DockerException e) {
            // Podman answers 500 where a container is only just stopping; removing by force decides.
        }
        try {
            client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException e) {
            // Gone already.
        }
    }

    /** The last lines a container wrote. Empty where the engine cannot tell. */
    List<String> log(String id, int lines) {
        Output output = new Output();
        try (output) {
            client.logContainerCmd(id)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withTail(lines)
                    .exec(output)
                    .awaitCompletion(LOG_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
        List<String> lineList = output.text().lines().toList();
        return lineList.subList(Math.max(0, lineList.size() - lines), lineList.size());
    }

    /** How a program inside a container ended; null when it did not end in time. */
    @Nullable
    Executed execute(String id, List<String> argv, Duration timeout) {
        ExecCreateCmdResponse created = client.execCreateCmd(id)
                .withCmd(argv.toArray(String[]::new))
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec();
        Output output = new Output();
        try (output) {
            if (!client.execStartCmd(created.getId())
                    .exec(output)
                    .awaitCompletion(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (IOException e) {
            return null;
        }
        Long status = client.inspectExecCmd(created.getId()).exec().getExitCodeLong();
        return status == null ? null : new Executed(status, output.text());
    }

    /** @param output standard output and error, as far as kept */
    record Executed(long exitStatus, String output) {}

    private static final class Output extends ResultCallback.Adapter<Frame> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void onNext(Frame frame) {
            synchronized (bytes) {
                if (bytes.size() < MAX_OUTPUT_BYTES) {
                    bytes.writeBytes(frame.getPayload());
                }
            }
        }

        String text() {
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
