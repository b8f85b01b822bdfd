package dev.sinter.merger.fuse;

import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import org.jspecify.annotations.Nullable;

/** Who a config's {@code User} is, as engines find it: names looked up in the image. */
public final class Users {

    private Users() {}

    /** {@code uid:gid}; a name that the image does not know stays a name. */
    public static String identity(FileTree tree, String user) {
        String[] parts = (user.isEmpty() ? "0" : user).split(":", 2);
        String[] account = line(tree, "etc/passwd", parts[0], parts[0].matches("\\d+") ? 2 : 0);
        String uid = account == null ? parts[0] : account[2];
        String gid;
        if (parts.length == 2) {
            String[] group = line(tree, "etc/group", parts[1], parts[1].matches("\\d+") ? 2 : 0);
            gid = group == null ? parts[1] : group[2];
        } else {
            gid = account == null || account.length < 4 ? "0" : account[3];
        }
        return uid + ":" + gid;
    }

    private static String @Nullable [] line(FileTree tree, String path, String key, int column) {
        FileNode node = tree.resolve("/" + path);
        String text = node == null || node.head() == null ? "" : node.head();
        for (String line : text.split("\n", -1)) {
            String[] fields = line.split(":", -1);
            if (fields.length > 3 && fields[column].equals(key)) {
                return fields;
            }
        }
        return null;
    }
}
