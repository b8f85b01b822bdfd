package dev.sinter.control.server;

import dev.sinter.control.lifecycle.LifecycleException;
import dev.sinter.control.platform.Workload;
import dev.sinter.control.routing.SocketTarget;
import dev.sinter.control.verify.RecorderLimits;
import dev.sinter.control.verify.ReplayLimits;
import dev.sinter.control.verify.Replayer;
import dev.sinter.control.verify.RequestRecorder;
import dev.sinter.control.verify.VerificationResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what idempotent requests members receive, by a copy that the proxies send here, and replays them on originals and
 * fused workload before the latter gets any traffic.
 */
final class Rehearsal implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

    private final InetAddress host;
    private final RequestRecorder recorder;
    private final Replayer replayer = new Replayer(ReplayLimits.DEFAULT);

    /** @param host address that proxies reach */
    Rehearsal(InetAddress host, List<String> functions) {
        this.host = host;
        this.recorder = RequestRecorder.start(host, functions, RecorderLimits.DEFAULT);
    }

    /** Where copies of these functions' requests go. */
    Map<String, SocketTarget> recorders(List<String> functions) {
        Map<String, SocketTarget> targets = new HashMap<>();
        functions.forEach(name -> targets.put(name, new SocketTarget(host.getHostAddress(), recorder.port(name))));
        return targets;
    }

    /**
     * Replays what was recorded of every member; a member that received nothing idempotent has nothing to compare.
     *
     * @throws LifecycleException {@code SNT0818} with the first difference
     */
    void replay(
            List<dev.sinter.control.server.Function> members,
            Function<String, @Nullable Workload> originals,
            Workload fused) {
        InetSocketAddress fusedAddress = address(fused, World.FUSED_PORT);
        List<Callable<VerificationResult>> replays = new ArrayList<>();
        for (dev.sinter.control.server.Function member : members) {
            Workload original = originals.apply(member.name());
            if (original != null && original.running()) {
                replays.add(() -> replayer.replay(
                        member.name(),
                        recorder.recorded(member.name()),
                        address(original, member.httpPort()),
                        fusedAddress));
            }
        }
        for (VerificationResult result : inParallel(replays)) {
            log.info(
                    "replayed {} requests of {}, {} differ",
                    result.replayed(),
                    result.function(),
                    result.differences());
            if (!result.equal()) {
                throw new LifecycleException(
                        "SNT0818",
                        "function " + result.function() + " answers differently when fused: "
                                + result.differences().getFirst());
            }
        }
    }

    @Override
    public void close() {
        recorder.close();
    }

    private static List<VerificationResult> inParallel(List<Callable<VerificationResult>> replays) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<VerificationResult> results = new ArrayList<>();
            for (Future<VerificationResult> replay : threads.invokeAll(replays)) {
                results.add(replay.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new LifecycleException("SNT0819", "replay: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LifecycleException("SNT0827", "interrupted during the replay", e);
        }
    }

    private static InetSocketAddress address(Workload workload, int port) {
        return new InetSocketAddress(Objects.requireNonNull(workload.address(), "address of what runs"), port);
    }
}
