package dev.sinter.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Functions that cannot share a process are fused as processes of their own. Whether that pays for two so small
 * functions is the judge's business, not this test's.
 */
class TiersIT {

    /** Passes a request on to e; Perl is in every Debian image, and no rule knows how to take such a program over. */
    private static final String PERL_PROGRAM = """
            use strict;
            use IO::Socket::INET;
            $SIG{CHLD} = 'IGNORE';
            my $server = IO::Socket::INET->new(LocalPort => 9090, Listen => 64, ReuseAddr => 1) or die "listen: $!";
            while (1) {
                my $client = $server->accept or next;
                next if fork;
                my $request = <$client> // '';
                while (defined(my $line = <$client>)) { last if $line =~ /^\\r?\\n$/ }
                my ($path) = $request =~ m{^GET (\\S+)};
                my $upstream = IO::Socket::INET->new(PeerAddr => 'e', PeerPort => 8080) or die "e: $!";
                print $upstream "GET $path HTTP/1.0\\r\\nHost: e:8080\\r\\n\\r\\n";
                my $answer = join '', <$upstream>;
                my ($body) = $answer =~ /\\r\\n\\r\\n(.*)/s;
                $body = "p got: " . ($body // 'nothing');
                print $client "HTTP/1.1 200 OK\\r\\nContent-Length: " . length($body) . "\\r\\nConnection: close\\r\\n\\r\\n$body";
                exit 0;
            }
            """;

    @TempDir
    Path directory;

    private SinterProgram sinter;

    @BeforeEach
    void open() {
        sinter = new SinterProgram(directory);
    }

    @AfterEach
    void down() {
        sinter.run(Duration.ofMinutes(2), "down");
    }

    @Test
    void aFunctionThatChangesWhatItsProcessShares_isForked_andAnswersAsBefore() throws IOException {
        Path changing = Files.createDirectory(directory.resolve("d"));
        for (String file : List.of("Containerfile", "requirements.txt")) {
            Files.copy(tree().resolve("d").resolve(file), changing.resolve(file));
        }
        Files.writeString(
                changing.resolve("app.py"),
                """
                import json

                json.JSONEncoder.default = lambda self, value: str(value)
                """ + Files.readString(tree().resolve("d").resolve("app.py")));
        Path compose = Files.writeString(directory.resolve("compose.yaml"), """
                name: tiers
                services:
                  d:
                    build: {context: %2$s, dockerfile: Containerfile}
                    ports: ["127.0.0.1:18083:8080"]
                  e:
                    build: {context: %1$s/e, dockerfile: Containerfile}
                    expose: ["8080"]
                """.formatted(tree(), changing));

        fuseUnderLoad(compose, "FORKED", "\"function\":\"e\"");
    }

    @Test
    void aProgramThatNobodyKnows_runsUnmodifiedBesideWhatItCalls() throws IOException {
        Path perl = Files.createDirectory(directory.resolve("p"));
        Files.writeString(perl.resolve("p.pl"), PERL_PROGRAM);
        Files.writeString(perl.resolve("Containerfile"), """
                ARG BASE=python:3.13-slim
                FROM ${BASE}
                COPY p.pl /p.pl
                EXPOSE 9090
                CMD ["perl", "/p.pl"]
                """);
        Path compose = Files.writeString(directory.resolve("compose.yaml"), """
                name: tiers
                services:
                  p:
                    build: {context: %2$s, dockerfile: Containerfile}
                    ports: ["127.0.0.1:18083:9090"]
                  e:
                    build: {context: %1$s/e, dockerfile: Containerfile}
                    expose: ["8080"]
                """.formatted(tree(), perl));

        fuseUnderLoad(compose, "CO_PROCESS", "p got: {\"function\": \"e\"");
    }

    private static Path tree() {
        return SinterProgram.application("tree").getParent();
    }

    private void fuseUnderLoad(Path compose, String tier, String expected) {
        RunningServer server = RunningServer.up(sinter, directory.resolve("up.log"), compose);
        try (SteadyLoad load = SteadyLoad.on(server.awaitUrl() + "?n=1", Duration.ofMillis(100), expected)) {
            server.awaitState("SHIFTING");
            long before = load.answered();

            assertThat(server.tier()).isEqualTo(tier);
            // Members that share a process would have no other.
            assertThat(FusedProcesses.of("tiers", server.group())).hasSizeGreaterThan(1);
            // Of so many, the fused workload's share of the first phase is certain to serve some.
            await().atMost(Duration.ofMinutes(2)).until(() -> load.answered() > before + 300);
            assertThat(load.failures()).isEmpty();
        }
    }
}
