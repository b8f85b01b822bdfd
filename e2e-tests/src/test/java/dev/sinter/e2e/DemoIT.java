package dev.sinter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration on real parts, held to what it promises. */
class DemoIT {

    @TempDir
    Path directory;

    @Test
    void tree_isFusedWithoutAFailedRequestAndPays() throws IOException {
        SinterProgram.Result run =
                new SinterProgram(directory).run(Duration.ofMinutes(15), "demo", "tree", "-o", "json");
        System.out.println(run.err());
        System.out.println(run.out());
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode result = new ObjectMapper().readTree(run.out());

        SoftAssertions promises = new SoftAssertions();
        promises.assertThat(result.path("failedRequests").asLong(-1))
                .as("failed requests")
                .isZero();
        promises.assertThat(result.path("differingResponses").asLong(-1))
                .as("differing responses")
                .isZero();
        promises.assertThat(result.path("before").path("ratePerSecond").asDouble())
                .as("load")
                .isGreaterThan(19);
        promises.assertThat(result.path("secondsToFused").asDouble())
                .as("seconds to fused")
                .isBetween(1.0, 120.0);
        promises.assertThat(groupMembers(result)).contains(List.of("a", "b", "d", "e"));
        promises.assertThat(result.path("hops")).as("hops").hasSize(3);
        for (JsonNode hop : result.path("hops")) {
            double before = hop.path("before").path("p50Ms").asDouble();
            double after = hop.path("after").path("p50Ms").asDouble();
            promises.assertThat(after)
                    .as(
                            "hop %s -> %s, before %s ms",
                            hop.path("from").asText(), hop.path("to").asText(), before)
                    .isGreaterThan(0)
                    .isLessThanOrEqualTo(0.10 * before);
        }
        promises.assertThat(memory(result, "after", "total"))
                .as("memory with sidecars")
                .isLessThanOrEqualTo(0.70 * memory(result, "before", "total"));
        promises.assertThat(memory(result, "after", "functions"))
                .as("memory of functions")
                .isLessThanOrEqualTo(0.75 * memory(result, "before", "functions"));
        promises.assertThat(result.path("images")).as("images").hasSize(7);
        for (JsonNode image : result.path("images")) {
            promises.assertThat(image.path("digestAfter").asText())
                    .as("image of " + image.path("function").asText())
                    .startsWith("sha256:")
                    .isEqualTo(image.path("digestBefore").asText());
        }
        promises.assertAll();
    }

    private static List<List<String>> groupMembers(JsonNode result) {
        List<List<String>> groups = new ArrayList<>();
        for (JsonNode group : result.path("groups")) {
            List<String> members = new ArrayList<>();
            group.path("members").forEach(member -> members.add(member.asText()));
            groups.add(members);
        }
        return groups;
    }

    private static double memory(JsonNode result, String phase, String part) {
        return result.path(phase).path("memoryMiB").path(part).asDouble();
    }
}
