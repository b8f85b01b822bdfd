package dev.sinter.control.compose;

import dev.sinter.control.compose.Value.Fields;
import dev.sinter.control.compose.Value.Items;
import dev.sinter.control.compose.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.AnchorNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 into {@link Value}s. Merge keys ({@code <<}), which YAML 1.2 dropped and Compose files use, are
 * resolved; aliases are copied out, in bounded number, so that a small hostile file cannot grow without end.
 */
final class YamlReader {

    private static final int MAX_VALUES = 100_000;
    private static final int MAX_DEPTH = 64;

    private final String file;
    private final Interpolation interpolation;
    private int valueCount;

    YamlReader(String file, Interpolation interpolation) {
        this.file = file;
        this.interpolation = interpolation;
    }

    Value read(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setSchema(new CoreSchema())
                .setAllowDuplicateKeys(true)
                .setMaxAliasesForCollections(MAX_VALUES)
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(yaml);
            if (root.isEmpty()) {
                throw new Place(file, 1, "")
                        .error("SNT0508", "the file is empty (expected: `services` with at least one).");
            }
            return value(root.get(), new Place(file, line(root.get()), ""), 0);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new Place(file, line, "")
                    .error("SNT0501", "not YAML: " + String.valueOf(e.getProblem()) + " (expected: a Compose file).");
        } catch (YamlEngineException e) {
            throw new Place(file, 1, "")
                    .error("SNT0501", "not YAML: " + String.valueOf(e.getMessage()) + " (expected: a Compose file).");
        }
    }

    private Value value(Node node, Place place, int depth) {
        valueCount++;
        if (valueCount > MAX_VALUES || depth > MAX_DEPTH) {
            throw place.error(
                    "SNT0501",
                    "more than " + MAX_VALUES + " values or " + MAX_DEPTH + " levels (expected: a Compose file). Maybe"
                            + " an anchor contains itself.");
        }
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar, place);
            case SequenceNode sequence -> items(sequence, place, depth);
            case MappingNode mapping -> new Fields(place, fields(mapping, place, depth));
            case AnchorNode anchor -> value(anchor.getRealNode(), place, depth + 1);
            default -> throw place.unexpected("a " + node.getNodeType(), "a text, a list, or keys and values");
        };
    }

    private Scalar scalar(ScalarNode scalar, Place place) {
        boolean isNull = scalar.getTag().equals(Tag.NULL);
        return new Scalar(place, isNull ? "" : interpolation.apply(scalar.getValue(), place), isNull);
    }

    private Items items(SequenceNode sequence, Place place, int depth) {
        List<Value> valueList = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            valueList.add(value(element, new Place(file, line(element), place.path()), depth + 1));
        }
        return new Items(place, List.copyOf(valueList));
    }

    private SequencedMap<String, Value> fields(MappingNode mapping, Place place, int depth) {
        SequencedMap<String, Value> valueMap = new LinkedHashMap<>();
        List<Node> mergeList = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                throw place.unexpected("a key that is no text", "keys that are texts");
            }
            String key = keyNode.getValue();
            Place child = place.child(key, line(keyNode));
            if (key.equals("<<")) {
                mergeList.add(tuple.getValueNode());
            } else if (valueMap.put(key, value(tuple.getValueNode(), child, depth + 1)) != null) {
                throw child.error("SNT0503", child.path() + ": given twice (expected: once).");
            }
        }
        for (Node merged : mergeList) {
            merge(merged, place, depth + 1, valueMap);
        }
        return valueMap;
    }

    /** Own keys win over merged ones, earlier merged ones over later (yaml.org/type/merge). */
    private void merge(Node node, Place place, int depth, SequencedMap<String, Value> into) {
        switch (value(node, place, depth)) {
            case Fields fields -> fields.values().forEach(into::putIfAbsent);
            case Items items ->
                items.values().forEach(element -> element.fields().forEach(into::putIfAbsent));
            case Scalar scalar -> throw scalar.place().unexpected("`<<: " + scalar.text() + "`", "`<<: *anchor`");
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
