package dev.sinter.e2e.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the suite lets pass is what the runtime's README tells. */
class PublishedDifferencesTest {

    @Test
    void eachDifferenceIsARowOfTheRuntimesReadme_andNoOtherIs() throws IOException {
        JsonNode differences = new ObjectMapper()
                .readTree(Path.of("equivalence", "differences.json").toFile())
                .path("differences");
        List<String> rows = new ArrayList<>();
        differences.forEach(entry -> rows.add("| `%s` | %s |"
                .formatted(entry.path("id").asText(), entry.path("why").asText())));

        List<String> table = Files.readString(Path.of("..", "image-merger", "runtimes", "python", "README.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| let pass |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertThat(table).containsExactlyElementsOf(rows);
    }
}
