package dev.sinter.control.routing;

import dev.sinter.control.xds.EnvoyBootstrap;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real Envoy on this machine, without containers. */
final class EnvoyProcess implements AutoCloseable {
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(20_000);

    private final Process process;
    private final int adminPort;
    private final Path log;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private EnvoyProcess(Process process, int adminPort, Path log) {
        this.process = process;
        this.adminPort = adminPort;
        this.log = log;
    }

    static EnvoyProcess start(String nodeId, int adsPort, String token, int adminPort, Path directory)
            throws IOException {
        String cluster = nodeId.substring(nodeId.indexOf('/') + 1);
        EnvoyBootstrap bootstrap =
                new EnvoyBootstrap(nodeId, cluster, "127.0.0.1", adsPort, token, adminPort, Duration.ofMillis(100));
        Path config = Files.writeString(directory.resolve(cluster + ".json"), bootstrap.json());
        Path log = directory.resolve(cluster + ".log");
        Process process = new ProcessBuilder(
                        EnvoyBinary.path().toString(),
                        "-c",
                        config.toString(),
                        "--concurrency",
                        "1",
                        "--use-dynamic-base-id",
                        "--drain-time-s",
                        "1",
                        "--log-level",
                        "warning")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new EnvoyProcess(process, adminPort, log);
    }

    /** Below those the kernel hands to outgoing connections, and never the same twice. */
    static int freePort() throws IOException {
        int port;
        while ((port = NEXT_PORT.getAndIncrement()) < 32_000) {
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // The next one may be free.
            }
        }
        throw new IOException("no port from 20000 to 32000 is free");
    }

    /** A counter or gauge; 0 while Envoy does not have it. */
    long stat(String name) {
        for (String line : admin("/stats?filter=^" + name.replace("|", "%7C") + "$")
                .lines()
                .toList()) {
            return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
        }
        return 0;
    }

    String admin(String path) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + adminPort + path.replace("^", "%5E"));
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
