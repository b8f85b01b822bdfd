package dev.sinter.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What {@code sinter plan} prints is a plan by the published definition, and worth what it says. */
class PrintedPlanTest {
    private static final int GRAPHS = Integer.getInteger("sinter.plan.printed", 60);
    private static final double EXACT = 1e-6;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"latency", "cost", "memory", "balanced"})
    void printedPlans_areWorthWhatTheySay(String objective) throws IOException {
        int clones = 0;
        int sharedHomes = 0;
        for (int seed = 0; seed < GRAPHS; seed++) {
            JsonNode graph =
                    MAPPER.readTree(RandomGraphJson.of(seed, 1 + seed % 9).toString());
            JsonNode plan = plan(graph, objective);
            String what = objective + ", seed " + seed;
            PlainScorer scorer = new PlainScorer(graph);
            PlainScorer.Worth before = scorer.before();
            PlainScorer.Worth after = scorer.of(plan);
            assertThat(plan.path("objective").path("value").asDouble())
                    .as(what)
                    .isCloseTo(
                            scorer.value(objective, after, before), relative(scorer.value(objective, after, before)));
            assertFigures(plan.path("predicted"), after, what);
            assertFigures(plan.path("predicted").path("before"), before, what + ", before");
            assertGroups(plan, scorer, what);
            for (JsonNode group : plan.path("groups")) {
                clones += group.path("members").size() - group.path("homes").size();
                sharedHomes += group.path("homes").size() - 1;
            }
        }
        assertThat(sharedHomes).isPositive();
        assertThat(objective.equals("latency") ? clones : 1).isPositive();
    }

    private static void assertFigures(JsonNode printed, PlainScorer.Worth worth, String what) {
        assertThat(printed.path("latencyMs").asDouble())
                .as(what)
                .isCloseTo(worth.latencyMs(), relative(worth.latencyMs()));
        assertThat(printed.path("gbSecondsPerSecond").asDouble())
                .as(what)
                .isCloseTo(worth.gbSecondsPerSecond(), relative(worth.gbSecondsPerSecond()));
        assertThat(printed.path("residentMiB").asDouble())
                .as(what)
                .isCloseTo(worth.residentMiB(), relative(worth.residentMiB()));
    }

    private static org.assertj.core.data.Offset<Double> relative(double value) {
        return within(EXACT * Math.max(1e-3, value));
    }

    private static void assertGroups(JsonNode plan, PlainScorer scorer, String what) {
        List<String> homes = new ArrayList<>();
        List<Map<String, Double>> rates = scorer.ratesByGroup();
        for (int g = 0; g < plan.path("groups").size(); g++) {
            JsonNode group = plan.path("groups").get(g);
            List<String> members = PlainScorer.texts(group.path("members"));
            homes.addAll(PlainScorer.texts(group.path("homes")));
            assertThat(members).as(what).containsAll(PlainScorer.texts(group.path("homes")));
            assertThat(group.path("tier").textValue()).as(what).isEqualTo(scorer.tier(g));
            assertThat(group.path("memoryMiB").asDouble())
                    .as(what)
                    .isCloseTo(scorer.memoryMiB(g), relative(scorer.memoryMiB(g)));
            assertThat(group.path("replicas").asDouble())
                    .as(what)
                    .isCloseTo(scorer.replicas(g), relative(scorer.replicas(g)));
            if (members.size() > 1) {
                assertThat((double) members.size()).as(what).isLessThanOrEqualTo(scorer.limit("members", 16));
                assertThat(scorer.memoryMiB(g)).as(what).isLessThanOrEqualTo(scorer.limit("memoryMiB", 1024));
                assertThat(rates.get(g).values()).as(what).allMatch(rate -> rate > 0);
                assertThat(scorer.mayShare(members)).as(what).isTrue();
                assertConnectedWithoutCycle(members, group.path("local"), scorer, what);
            }
        }
        assertThat(homes).as(what).containsExactlyInAnyOrderElementsOf(scorer.functions());
    }

    private static void assertConnectedWithoutCycle(
            List<String> members, JsonNode local, PlainScorer scorer, String what) {
        Set<String> reached = new HashSet<>(members.subList(0, 1));
        Set<String> open = new HashSet<>(members);
        for (int round = 0; round < members.size(); round++) {
            Set<String> called = new HashSet<>();
            for (JsonNode pair : local) {
                String from = pair.get(0).textValue();
                String to = pair.get(1).textValue();
                assertThat(scorer.mayBeLocal(from, to)).as(what + ": " + pair).isTrue();
                if (reached.contains(from) || reached.contains(to)) {
                    reached.addAll(List.of(from, to));
                }
                if (open.contains(from)) {
                    called.add(to);
                }
            }
            open.retainAll(called);
        }
        assertThat(reached).as(what).containsExactlyInAnyOrderElementsOf(members);
        assertThat(open).as(what + ": cycle").isEmpty();
    }

    private JsonNode plan(JsonNode graph, String objective) throws IOException {
        Path file = Files.writeString(directory.resolve("graph.json"), graph.toString());
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine program = Sinter.commandLine();
        program.setOut(new PrintWriter(out, true));
        program.setErr(new PrintWriter(err, true));
        int exit = program.execute("plan", "--graph", file.toString(), "--objective", objective, "-o", "json");
        assertThat(exit).as(err.toString()).isZero();
        return MAPPER.readTree(out.toString());
    }
}
