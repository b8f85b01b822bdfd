package dev.sinter.control.offline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.planner.explain.Figure;
import dev.sinter.planner.explain.GroupExplanation;
import dev.sinter.planner.explain.Term;
import java.util.List;
import java.util.Locale;

/** What groups are worth, term by term, as JSON and as text. */
public final class ExplanationJson {
    /** The version that is written. */
    public static final String API_VERSION = "sinter.dev/explanation/v1";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ExplanationJson() {}

    /** The document of {@code groups}, figures unrounded. */
    public static ObjectNode write(List<GroupExplanation> groups) {
        ObjectNode root = MAPPER.createObjectNode().put("apiVersion", API_VERSION);
        ArrayNode array = root.putArray("groups");
        for (GroupExplanation group : groups) {
            ObjectNode node = array.addObject().put("name", group.name());
            group.members().forEach(node.putArray("members")::add);
            write(node.putObject("latencyMs"), group.latencyMs());
            write(node.putObject("gbSecondsPerSecond"), group.gbSecondsPerSecond());
            write(node.putObject("residentMiB"), group.residentMiB());
        }
        return root;
    }

    private static void write(ObjectNode node, Figure figure) {
        node.put("before", figure.before()).put("after", figure.after());
        write(node.putArray("beforeTerms"), figure.beforeTerms());
        write(node.putArray("terms"), figure.terms());
    }

    private static void write(ArrayNode array, List<Term> terms) {
        terms.forEach(term -> array.addObject().put("what", term.what()).put("value", term.value()));
    }

    /** One group for people: each figure, then what it is made of. */
    public static String text(GroupExplanation group) {
        return group.name() + " (" + String.join(", ", group.members()) + ")\n"
                + text("latency ms", group.latencyMs())
                + text("GB-s per second", group.gbSecondsPerSecond())
                + text("resident MiB", group.residentMiB());
    }

    private static String text(String name, Figure figure) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "  %s: %.4g before, %.4g after%n", name, figure.before(), figure.after()));
        append(text, "before", figure.beforeTerms());
        append(text, "after", figure.terms());
        return text.toString();
    }

    private static void append(StringBuilder text, String when, List<Term> terms) {
        for (Term term : terms) {
            text.append(String.format(Locale.ROOT, "    %-6s %10.4g  %s%n", when, term.value(), term.what()));
        }
    }
}
