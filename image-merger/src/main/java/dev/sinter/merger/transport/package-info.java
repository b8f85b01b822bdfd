/** Where images come from and go to: container engine, archives, directories, registries. */
@NullMarked
package dev.sinter.merger.transport;

import org.jspecify.annotations.NullMarked;
