package dev.sinter.control.routing;

import dev.sinter.control.xds.AdsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long a change of weights takes from the decision to the last proxy's acknowledgement, with as many real Envoys as the
 * first argument says (default 8, as in TREE), all told about all seven functions. Run from the module's test class path.
 */
final class WeightChangeBenchmark {
    private static final int FUNCTIONS = 7;
    private static final int WARM_UPS = 20;
    private static final int CHANGES = 200;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private WeightChangeBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int envoys = arguments.length == 0 ? 8 : Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("weight-change");
        List<AutoCloseable> started = new ArrayList<>();
        try (AdsServer ads = AdsServer.start(
                        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        "secret",
                        Clock.systemUTC());
                SpanStub spans = SpanStub.start()) {
            List<MeshNode> nodes = new ArrayList<>();
            for (int index = 0; index < envoys; index++) {
                MeshNode node = new MeshNode("f" + index, MeshNode.Role.FUNCTION, List.of(8080));
                nodes.add(node);
                int adsPort = ads.addresses().getFirst().getPort();
                started.add(EnvoyProcess.start(node.id("tree"), adsPort, "secret", EnvoyProcess.freePort(), directory));
            }
            measure(new EnvoyRouter(ads, capture()), nodes, new TelemetryTarget("127.0.0.1", spans.port(), "secret"));
        } finally {
            for (AutoCloseable part : started) {
                part.close();
            }
        }
    }

    private static void measure(EnvoyRouter router, List<MeshNode> nodes, TelemetryTarget telemetry)
            throws RoutingException, InterruptedException {
        long before = System.nanoTime();
        router.apply(state(100, nodes, telemetry), Duration.ofMinutes(2));
        System.out.printf("%d Envoys, first state: %.0f ms%n", nodes.size(), (System.nanoTime() - before) / 1e6);
        double[] millis = new double[CHANGES];
        for (int change = -WARM_UPS; change < CHANGES; change++) {
            MeshState next = state(Math.floorMod(change, 100), nodes, telemetry);
            long start = System.nanoTime();
            router.apply(next, TIMEOUT);
            if (change >= 0) {
                millis[change] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        System.out.printf(
                "weight change to last ACK, %d changes: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                CHANGES, millis[CHANGES / 2], millis[CHANGES * 99 / 100], millis[CHANGES - 1]);
    }

    /** The Envoys of one machine share these ports by SO_REUSEPORT. */
    private static Capture capture() throws IOException {
        return new Capture(
                new SocketTarget("127.0.0.1", EnvoyProcess.freePort()),
                new SocketTarget("127.0.0.1", EnvoyProcess.freePort()),
                new SocketTarget("127.0.0.1", EnvoyProcess.freePort()),
                EnvoyProcess.freePort());
    }

    private static MeshState state(int originalPercent, List<MeshNode> nodes, TelemetryTarget telemetry) {
        List<MeshFunction> functions = new ArrayList<>();
        List<String> members = new ArrayList<>();
        for (int index = 0; index < FUNCTIONS; index++) {
            String name = "f" + index;
            members.add(name);
            functions.add(new MeshFunction(
                    name,
                    "240.240.0." + (index + 1),
                    List.of(8080),
                    List.of(),
                    "127.0.0.1",
                    new Split(originalPercent, "g1"),
                    null));
        }
        return new MeshState(
                "tree", functions, List.of(new FusedWorkload("g1", "127.0.0.1", 8081, members)), nodes, telemetry);
    }
}
