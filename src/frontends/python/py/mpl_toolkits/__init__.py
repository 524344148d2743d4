"""mpl_toolkits: matplotlib's axes in three dimensions."""
