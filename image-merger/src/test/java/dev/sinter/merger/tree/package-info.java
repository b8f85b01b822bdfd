@NullMarked
package dev.sinter.merger.tree;

import org.jspecify.annotations.NullMarked;
