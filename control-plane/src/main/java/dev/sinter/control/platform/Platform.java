package dev.sinter.control.platform;

import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Resources;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs one application's workloads. Every method is idempotent: what exists under this application's labels with the
 * same specification is adopted, what differs is replaced. Safe for concurrent use; calls that name the same workload
 * wait for each other. Failures are {@link PlatformException}s and leave no half-started workload behind.
 */
public interface Platform extends AutoCloseable {

    /**
     * Makes the application's network.
     *
     * @return the host's address on it: what the host listens on there, every workload reaches. The address exists on
     *     the host, so that it can be bound, from now until {@link #removeAll}
     */
    InetAddress ensureNetwork();

    /** Runs a function behind its sidecar, starting it again if it was stopped, and returns once it is ready to serve. */
    Workload ensureFunction(FunctionSpec spec);

    /** Runs a fused image behind its sidecar and returns once it is ready to serve. The engine starts it again if it dies. */
    Workload ensureFused(FusedSpec spec);

    /** Runs the gateway and returns once its Envoy runs; its listeners come later, over ADS. */
    Workload ensureGateway(GatewaySpec spec);

    /**
     * Gives a fused workload other limits while it runs; one that is null stays what it is. With engines that do not
     * remember it (Podman before 5.1), a container that they start again has the limits it was made with.
     */
    void resizeFused(String group, Resources limits);

    /** Stops a workload, its sidecar last, and keeps it for the next {@link #ensureFunction}. {@code grace} ends in a kill. */
    void stop(String name, Duration grace);

    /** Removes a workload, running or not. Nothing happens where there is none. */
    void remove(String name);

    /** All workloads of this application, stopped ones included, by name. */
    List<Workload> list();

    /** Removes everything that carries this application's label, also what a crashed predecessor left. */
    void removeAll();

    /** How often a workload died and was started again by the engine, which does so for fused ones; 0 where there is none. */
    int restarts(String name);

    /** Memory and processor time of each running workload, by name. */
    List<Usage> usage();

    /**
     * Builds a service's image where it says {@code build}, else finds it in the engine or pulls it.
     *
     * @param progress is told of long steps, one line each
     */
    Image ensureImage(Service service, Consumer<String> progress);

    /**
     * An image the engine has, by reference or digest.
     *
     * @throws PlatformException SNT0603 where it has none
     */
    Image image(String reference);

    /** The last lines that a workload's proxy wrote; none where there is none, or where the engine cannot tell. */
    List<String> proxyLog(String name, int lines);

    @Override
    void close();
}
