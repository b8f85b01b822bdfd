package dev.sinter.control.cli;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import dev.sinter.control.compose.Application;
import dev.sinter.control.compose.ComposeFile;
import dev.sinter.control.compose.Service;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import dev.sinter.merger.CompatibilityReport.MemberFacts;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.MergerSettings;
import dev.sinter.merger.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Start commands of the real frameworks, from their packages: the merger must name the framework, the tier and the port, and
 * what it would start must listen there.
 */
final class ContractsIT {

    private static final Path FIXTURES = Path.of("src/test/contracts");
    private static final String IMAGE = "localhost/sinter-contracts-it:latest";
    private static final int LONGEST_MINUTES = 10;
    private static final int AT_A_TIME = 12;

    @TempDir
    static Path directory = Path.of("");

    private static Map<String, Service> services = Map.of();
    private static Map<String, MemberFacts> facts = Map.of();

    @BeforeAll
    static void analyse() {
        Path file = FIXTURES.resolve("compose.yaml");
        Application application = ComposeFile.read(file, System.getenv());
        services = application.services();
        try (MergeInputs inputs = new MergeInputs(line -> {})) {
            List<Member> members = inputs.ofCompose(file, List.of(), Map.of());
            ImageMerger merger = new ImageMerger(MergerSettings.in(directory), inputs.engine());
            facts = IntStream.range(0, members.size())
                    .boxed()
                    .collect(Collectors.groupingBy(i -> i / AT_A_TIME, Collectors.mapping(members::get, toList())))
                    .values()
                    .stream()
                    .flatMap(some -> analyse(merger, some).stream())
                    .collect(Collectors.toMap(MemberFacts::name, member -> member));
        }
    }

    /** Each time the engine saves the image once, and each is compared with each. */
    private static List<MemberFacts> analyse(ImageMerger merger, List<Member> members) {
        MergeRequest request = new MergeRequest("g", members, List.of(), Tier.CO_POD);
        return merger.analyse(request, MergeProgress.NONE).members();
    }

    @Test
    void everyStartCommandIsKnownForWhatItIs() {
        Map<String, String> expected = services.values().stream()
                .collect(Collectors.toMap(
                        Service::name,
                        service -> service.labels().get("contract") + " "
                                + service.labels().get("port") + " "
                                + service.labels().get("tier")));

        Map<String, String> found = facts.values().stream()
                .collect(Collectors.toMap(
                        MemberFacts::name,
                        member -> member.contract() + " " + (member.port() == null ? "-" : member.port()) + " "
                                + member.tier()));

        assertThat(found).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void whatIsStartedListensWhereTheReportSays() throws IOException, InterruptedException {
        SetupResult machine = new Setup(System.getenv()).ensure(line -> {});
        ArrayNode cases = new ObjectMapper().createArrayNode();
        for (MemberFacts member : facts.values()) {
            Service service = services.get(member.name());
            if (member.port() != null && service != null) {
                ObjectNode one = cases.addObject();
                one.put("name", member.name());
                member.argv().forEach(one.putArray("argv")::add);
                one.put("directory", member.workingDir());
                one.put("port", member.port());
                ObjectNode environment = one.putObject("environment");
                service.environment().forEach(environment::put);
            }
        }
        try (DockerClient engine = EngineClient.open(machine.engine().host())) {
            String id = engine.createContainerCmd(IMAGE)
                    .withCmd("python3", "-c", Files.readString(FIXTURES.resolve("listens.py")))
                    .withEnv("CASES=" + cases)
                    .withHostConfig(HostConfig.newHostConfig()
                            .withNetworkMode("none")
                            .withUlimits(machine.engine().ulimits().stream()
                                    .map(limit -> new Ulimit(limit.name(), limit.limit(), limit.limit()))
                                    .toList()))
                    .exec()
                    .getId();
            try {
                engine.startContainerCmd(id).exec();
                engine.waitContainerCmd(id).start().awaitStatusCode(LONGEST_MINUTES, TimeUnit.MINUTES);
                assertThat(cases.size()).isGreaterThan(40);
                assertThat(log(engine, id).strip()).isEqualTo("all tried");
            } finally {
                engine.removeContainerCmd(id).withForce(true).exec();
            }
        }
    }

    private static String log(DockerClient engine, String id) throws InterruptedException {
        StringBuilder log = new StringBuilder();
        engine.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        log.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                    }
                })
                .awaitCompletion(1, TimeUnit.MINUTES);
        return log.toString();
    }
}
