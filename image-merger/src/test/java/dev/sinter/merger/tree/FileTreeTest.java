package dev.sinter.merger.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.BytesBlob;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.tar.EntryType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FileTreeTest {

    @Test
    void aWhiteoutHidesWhatIsBelowItButNotWhatItsOwnLayerAdds() {
        FileTree tree = tree(
                new Tar().directory("d").file("d/old", "1").file("f", "1"),
                new Tar().file("d/new", "2").whiteout("d").whiteout("f"));

        assertThat(paths(tree)).containsExactly("d", "d/new");
    }

    @Test
    void anOpaqueDirectoryHidesLowerContentWhereverItStandsInTheLayer() {
        FileTree tree = tree(
                new Tar().directory("d").file("d/old", "1").directory("d/sub").file("d/sub/x", "1"),
                new Tar().directory("d").file("d/new", "2").opaque("d"));

        assertThat(paths(tree)).containsExactly("d", "d/new");
    }

    @Test
    void aDirectoryInWhichThereWasNothingToHideIsMadeAsEnginesDo() {
        FileTree tree = tree(new Tar().file("f", "1"), new Tar().opaque("d").whiteout("e/x"));

        assertThat(paths(tree)).containsExactly("d", "e", "f");
    }

    @Test
    void aFileInPlaceOfADirectoryTakesItsContentAway() {
        FileTree tree = tree(new Tar().directory("d").file("d/x", "1"), new Tar().file("d", "2"));

        assertThat(paths(tree)).containsExactly("d");
        assertThat(node(tree, "d").type()).isEqualTo(EntryType.FILE);
    }

    @Test
    void aDirectoryNamedAgainKeepsItsContentAndTakesItsNewMode() {
        FileTree tree = tree(new Tar().directory("d").file("d/x", "1"), new Tar().directory("d", 0700, 5));

        assertThat(paths(tree)).containsExactly("d", "d/x");
        assertThat(node(tree, "d").entry().mode()).isEqualTo(0700);
    }

    @Test
    void siblingsWhoseNamesSortBetweenADirectoryAndItsContentStay() {
        FileTree tree = tree(
                new Tar().directory("d").file("d/x", "1").file("d-e", "1").file("d.f", "1"), new Tar().whiteout("d"));

        assertThat(paths(tree)).containsExactly("d-e", "d.f");
    }

    @Test
    void aPathBelowALinkLandsWhereTheLinkLeads() {
        FileTree tree = tree(
                new Tar().directory("usr").directory("usr/lib").symlink("lib", "usr/lib"),
                new Tar().file("lib/x", "1"));

        assertThat(paths(tree)).containsExactly("lib", "usr", "usr/lib", "usr/lib/x");
    }

    @Test
    void hardLinksShareContentAcrossNamesAndOutliveTheFirst() {
        FileTree tree = tree(new Tar().file("a", "one").hardLink("b", "a"), new Tar().whiteout("a"));

        assertThat(paths(tree)).containsExactly("b");
        assertThat(node(tree, "b").entry().size()).isEqualTo(3);
    }

    @Test
    void aHardLinkGivesItsTimeToTheFileUnderAllItsNames() {
        FileTree tree = tree(
                new Tar().at(1, 0).file("a", "one").hardLink("b", "a").at(7, 5).hardLink("c", "b"));

        for (String name : List.of("a", "b", "c")) {
            assertThat(node(tree, name).entry().mtimeSeconds()).as(name).isEqualTo(7);
            assertThat(node(tree, name).entry().mtimeNanos()).as(name).isEqualTo(5);
        }
        assertThat(node(tree, "c").file()).isEqualTo(node(tree, "a").file());
    }

    @Test
    void aHardLinkToNothingOrToItselfIsRefused() {
        for (Tar tar : List.of(
                new Tar().hardLink("b", "missing"),
                new Tar().file("a", "x").hardLink("a", "a"),
                new Tar().hardLink("a", "b").hardLink("b", "a"),
                new Tar().directory("d").hardLink("e", "d"))) {
            assertThatThrownBy(() -> tree(tar))
                    .isInstanceOfSatisfying(
                            MergeException.class, e -> assertThat(e.problem()).isEqualTo(MergeProblem.BAD_LINK));
        }
    }

    @Test
    void linksThatGoInCirclesLeadNowhereInsteadOfForever() {
        FileTree tree = tree(new Tar().symlink("a", "b").symlink("b", "a").symlink("up", "../../../etc"));

        assertThat(tree.resolve("/a/x")).isNull();
        assertThat(tree.realPath("/up", true)).isEqualTo("etc");
    }

    @Test
    void devicesAreRefusedButForTheOnesEnginesReplace() {
        assertThat(paths(tree(device("dev/null")))).containsExactly("dev", "dev/null");
        assertThatThrownBy(() -> tree(device("etc/disk")))
                .isInstanceOfSatisfying(
                        MergeException.class, e -> assertThat(e.problem()).isEqualTo(MergeProblem.DEVICE_NODE));
    }

    private static Tar device(String path) {
        return new Tar()
                .add(
                        Tar.entry(path, EntryType.CHARACTER_DEVICE, 0666, 0, 0, "", Collections.emptySortedMap()),
                        new byte[0]);
    }

    private static FileTree tree(Tar... layers) {
        return FileTree.of(Stream.of(layers).map(FileTreeTest::index).toList());
    }

    private static LayerIndex index(Tar tar) {
        byte[] bytes = tar.bytes();
        try {
            return new LayerIndexer(TreeLimits.DEFAULT).index(new Layer(Digest.of(bytes), new BytesBlob(bytes), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileNode node(FileTree tree, String path) {
        return Objects.requireNonNull(tree.get(path), path);
    }

    private static List<String> paths(FileTree tree) {
        return tree.all().stream().map(FileNode::path).toList();
    }
}
