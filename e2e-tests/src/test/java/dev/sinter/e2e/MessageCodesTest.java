package dev.sinter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds sources and {@code MESSAGES.md} together: whoever reads a code can look it up, and finds nothing that is gone. */
class MessageCodesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Where messages are raised, by the module that does it. */
    private static final Map<String, List<String>> SOURCES = Map.of(
            "fusion-planner", List.of("fusion-planner/src/main"),
            "telemetry-collector", List.of("telemetry-collector/src/main"),
            "image-merger", List.of("image-merger/src/main", "image-merger/runtimes"),
            "control-plane", List.of("control-plane/src/main", "sinter"));

    private static final Pattern RAISED = Pattern.compile("\"(SNT\\d{4})");
    private static final Pattern NAMED = Pattern.compile("SNT\\d{4}");
    /** They invent codes. */
    private static final String TESTS = ".*/(src/test|tests)/.*";

    private static final Pattern ROW = Pattern.compile("\\| (SNT\\d{2})(\\d{2}) \\| [^|]+ \\| [^|]+ \\|");
    private static final Pattern RANGE = Pattern.compile("## (\\d{2}) .+");

    @Test
    void everyCodeThatIsRaisedHasItsEntryAndTheOtherWayRound() throws IOException {
        assertThat(raised().keySet()).containsExactlyElementsOf(new TreeSet<>(entries()));
    }

    @Test
    void noCodeIsRaisedByTwoModules() throws IOException {
        assertThat(raised())
                .allSatisfy((code, modules) -> assertThat(modules).as(code).hasSize(1));
    }

    @Test
    void entriesAreInOrderAndInTheirRange() throws IOException {
        assertThat(entries()).isSorted().doesNotHaveDuplicates();
        String range = "";
        for (String line : lines(ROOT.resolve("control-plane/MESSAGES.md"))) {
            Matcher heading = RANGE.matcher(line);
            range = heading.matches() ? heading.group(1) : range;
            if (line.startsWith("| SNT")) {
                assertThat(line).matches(ROW).startsWith("| SNT" + range);
            }
        }
    }

    @Test
    void documentsAndCommentsNameNoCodeThatIsGone() throws IOException {
        Set<String> known = Set.copyOf(entries());
        Map<String, Set<String>> gone = new TreeMap<>();
        for (Path file : files(ROOT, "md", "java", "py", "yaml", "yml", "json")) {
            String path = ROOT.relativize(file).toString();
            Matcher named = NAMED.matcher(path.matches(TESTS) ? "" : Files.readString(file));
            while (named.find()) {
                if (!known.contains(named.group())) {
                    gone.computeIfAbsent(path, any -> new TreeSet<>()).add(named.group());
                }
            }
        }
        assertThat(gone).isEmpty();
    }

    private static List<String> entries() throws IOException {
        return lines(ROOT.resolve("control-plane/MESSAGES.md")).stream()
                .filter(line -> line.startsWith("| SNT"))
                .map(line -> line.substring(2, 9))
                .toList();
    }

    private static Map<String, Set<String>> raised() throws IOException {
        Map<String, Set<String>> modulesByCode = new TreeMap<>();
        for (Map.Entry<String, List<String>> module : SOURCES.entrySet()) {
            for (String root : module.getValue()) {
                for (Path file : files(ROOT.resolve(root), "java", "py", "sinter")) {
                    Matcher raised = RAISED.matcher(Files.readString(file));
                    while (raised.find()) {
                        modulesByCode
                                .computeIfAbsent(raised.group(1), code -> new TreeSet<>())
                                .add(module.getKey());
                    }
                }
            }
        }
        return modulesByCode;
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    /** Files of these kinds that belong to the repository, without what a build or a package manager made. */
    private static List<Path> files(Path root, String... kinds) throws IOException {
        Set<String> wanted = Set.of(kinds);
        try (Stream<Path> found = Files.walk(root)) {
            return found.filter(Files::isRegularFile)
                    .filter(file -> wanted.contains(kind(file)))
                    .filter(file -> Stream.of("target", ".git", "node_modules", ".venv")
                            .noneMatch(made -> ROOT.relativize(file).startsWith(made)
                                    || ROOT.relativize(file).toString().contains("/" + made + "/")))
                    .toList();
        }
    }

    private static String kind(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
