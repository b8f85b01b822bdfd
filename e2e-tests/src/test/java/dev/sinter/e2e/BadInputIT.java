package dev.sinter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who asks for what cannot be: one coded message, exit 1, nothing left running. */
class BadInputIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @Test
    void unknownKey_isNamedWithItsLine() throws IOException {
        assertRefused("""
                name: bad
                services:
                  a:
                    image: a:1
                    comand: ["x"]
                """, "SNT05", "comand");
    }

    @Test
    void missingImage_isNamed() throws IOException {
        assertRefused("""
                name: bad
                services:
                  a:
                    image: localhost/no-such-image:1
                    expose: ["8080"]
                """, "SNT06", "no-such-image");
    }

    @Test
    void functionThatCrashesAtStart_isShownWithItsLastWords() throws IOException {
        Files.writeString(directory.resolve("Containerfile"), """
                ARG BASE=python:3.13-slim
                FROM ${BASE}
                CMD ["python3", "-c", "raise SystemExit('my last words')"]
                """);
        assertRefused("""
                name: bad
                services:
                  a:
                    build: .
                    expose: ["8080"]
                """, "SNT06", "my last words");
    }

    @Test
    void takenPort_isNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(directory.resolve("Containerfile"), """
                    ARG BASE=python:3.13-slim
                    FROM ${BASE}
                    CMD ["python3", "-m", "http.server", "8080"]
                    """);
            assertRefused("""
                    name: bad
                    services:
                      a:
                        build: .
                        ports: ["127.0.0.1:%d:8080"]
                    """.formatted(taken.getLocalPort()), "SNT06", Integer.toString(taken.getLocalPort()));
        }
    }

    private void assertRefused(String compose, String codePrefix, String... named) throws IOException {
        Path file = Files.writeString(directory.resolve("compose.yaml"), compose);
        SinterProgram.Result result = new SinterProgram(directory).run(LIMIT, "up", "-f", file.toString());

        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).contains(codePrefix).contains(named).doesNotContain("\tat dev.sinter");
        assertThat(result.out()).isEmpty();
    }
}
